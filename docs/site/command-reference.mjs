import { main } from '@secure-call/cli';

/** What the command prints. */
async function printed(...args) {
  const lines = [];
  const output = { write: text => lines.push(text) };
  await main(args, { stdout: output, stderr: output });
  return lines.join('');
}

async function section([, name, summary]) {
  const help = await printed(name, '--help');
  return `## secure-call ${name}\n\n${summary}.\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
}

/** The help of every command, as the command itself prints it. */
export async function commandReference() {
  const commands = (await printed('help')).matchAll(/^ {2}([a-z-]+) {2,}(.+)$/gm);
  const sections = await Promise.all([...commands].map(section));
  return { path: 'reference/commands.html', text: `# Commands\n\n${sections.join('\n')}` };
}
