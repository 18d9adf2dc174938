// `npm run size`: what a browser downloads, minified and gzipped, against the budgets beside this file. Raise a budget in
// the commit that needs it, and say why there.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';

const at = path => new URL(path, import.meta.url);
const gzip = code => gzipSync(code, { level: 9 }).length;

/** Bundles an entry as an application would. @returns chunks with their gzipped bytes */
async function bundle(name, external = []) {
  const bundled = await rollup({
    input: 'entry',
    external,
    plugins: [
      {
        name: 'entry',
        resolveId: id => (id === 'entry' ? id : null),
        load: id => (id === 'entry' ? `export * from '${name}';` : null),
      },
      nodeResolve({ rootDir: new URL('../', import.meta.url).pathname }),
      terser(),
    ],
    onwarn: () => undefined,
  });
  const { output } = await bundled.generate({ format: 'es' });
  return output
    .filter(chunk => chunk.type === 'chunk')
    .map(chunk => Object.assign(chunk, { bytes: gzip(chunk.code) }));
}

const sum = chunks => chunks.reduce((total, chunk) => total + chunk.bytes, 0);

/** The chunk that a file is in, as its name ends. */
const chunkOf = (chunks, file) =>
  chunks.filter(({ modules }) => Object.keys(modules).some(id => id.endsWith(file)));

/** An entry, other chunks that are named, and what they need before anything else can happen. */
function startOf(chunks, ...others) {
  const wanted = new Set();
  const add = name => {
    const chunk = chunks.find(candidate => candidate.fileName === name);
    if (!chunk || wanted.has(chunk)) return;
    wanted.add(chunk);
    chunk.imports.forEach(add);
  };
  chunks.filter(chunk => chunk.isEntry).forEach(chunk => add(chunk.fileName));
  others.flat().forEach(chunk => add(chunk.fileName));
  return [...wanted];
}

const player = /^@secure-call\/player/;
const file = async name => ({ bytes: gzip(await readFile(at(`../../packages/player/dist/${name}`))) });
const worker = await file('vault.worker.js');
const worklet = await file('watermark.worklet.js');
const element = await bundle('@secure-call/element/define', [player]);
const locales = element.filter(chunk => /locales\/\w+\/\w+\.js$/.test(chunk.facadeModuleId ?? ''));
const whole = await bundle('@secure-call/element/define');
/** An isolated player is downloaded by its frame, and this half of it by the host's page in its place. */
const isHostHalf = chunk => chunk.facadeModuleId?.endsWith('/player-frame.js');
const react = await bundle('@secure-call/react', [player, /^@secure-call\/element/, /^react/]);

const measured = {
  'start card': sum(startOf(element)),
  // What it takes to hear a call: start card, and the open call with waveform and transcript.
  element: sum(startOf(element, chunkOf(element, '/open-call.js'))),
  // With every form, every state, help and settings.
  'element, all of it': sum(element.filter(chunk => !locales.includes(chunk) && !isHostHalf(chunk))),
  'isolation, host': sum(element.filter(isHostHalf)),
  'largest locale': Math.max(...locales.map(chunk => chunk.bytes)),
  react: sum(react),
  'vault worker': worker.bytes,
  'watermark worklet': worklet.bytes,
  everything: sum([
    ...whole.filter(chunk => !/locales\//.test(chunk.facadeModuleId ?? '') && !isHostHalf(chunk)),
    worker,
    worklet,
  ]),
};

const budgets = JSON.parse(await readFile(at('size-budgets.json'), 'utf8'));
let over = 0;
for (const [name, bytes] of Object.entries(measured)) {
  const budget = budgets[name];
  const verdict = bytes <= budget ? 'ok' : 'OVER';
  if (bytes > budget) over += 1;
  console.log(
    `${name.padEnd(17)} ${String(bytes).padStart(7)} bytes of ${String(budget).padStart(7)}  ${verdict}`,
  );
}
if (over > 0) {
  console.error(`${over} over budget.`);
  process.exit(1);
}
