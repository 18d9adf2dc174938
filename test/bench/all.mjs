// `npm run bench`: every measurement, one after the other, with what each printed kept in `results.json`.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, stripVTControlCharacters } from 'node:util';

const { scripts } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
const COMMANDS = ['size', ...Object.keys(scripts).filter(name => name.startsWith('bench:'))];
const file = fileURLToPath(new URL('results.json', import.meta.url));

const { values: options } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: COMMANDS }, help: { type: 'boolean' } },
});
if (options.help) {
  console.log(`Usage: npm run bench -- [--only COMMAND]...\n\nCommands: ${COMMANDS.join(', ')}`);
  process.exit();
}
const unknown = options.only.filter(command => !COMMANDS.includes(command));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. Commands: ${COMMANDS.join(', ')}`);
  process.exit(2);
}

const results = [];
for (const command of options.only) {
  results.push(await measure(command));
  // After each, so that an interrupted run is not lost.
  await writeFile(file, `${JSON.stringify(report(), null, 2)}\n`);
}
const missed = results.filter(({ barsHold }) => !barsHold).map(({ command }) => command);
console.log(missed.length === 0 ? '\nAll bars hold.' : `\nA bar was missed: ${missed.join(', ')}`);
process.exitCode = missed.length === 0 ? 0 : 1;

function report() {
  const processors = cpus();
  return {
    on: new Date().toISOString(),
    machine: `${processors.length} x ${processors[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`,
    results,
  };
}

async function measure(command) {
  console.log(`\n== npm run ${command}`);
  const since = Date.now();
  const child = spawn('npm', ['run', '--silent', command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    process.stdout.write(text);
    output += text;
  });
  const code = await new Promise(resolve => child.on('error', () => resolve(127)).on('close', resolve));
  return {
    command: `npm run ${command}`,
    barsHold: code === 0,
    seconds: Math.round((Date.now() - since) / 1000),
    printed: stripVTControlCharacters(output).trimEnd().split('\n'),
  };
}
