import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { describeError, isUsageError } from './describe-error.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs one command of `secure-call`.
 * @param args - the command line behind the program's name
 * @returns the exit code: 0 success, 1 failure, 2 a command line that cannot be understood; `trace` differs
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || isHelp(name)) {
    terminal.stdout.write(overview());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find(candidate => candidate.name === name);
  if (!command) {
    terminal.stderr.write(`There is no command of this name.\n\n${overview()}`);
    return 2;
  }
  if (rest.some(isHelp)) {
    terminal.stdout.write(command.help);
    return 0;
  }
  return runCommand(command, rest, terminal);
}

const isHelp = (word: string): boolean => word === '--help' || word === '-h';

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    return await command.run(args, terminal);
  } catch (error) {
    terminal.stderr.write(`secure-call ${command.name}: ${describeError(error)}\n`);
    if (!isUsageError(error)) return command.failureCode ?? 1;
    terminal.stderr.write(`\n${command.help}`);
    return 2;
  }
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
  return `Usage: secure-call COMMAND [OPTIONS]\n\n${list}\n\nsecure-call COMMAND --help tells more.\n`;
}
