import type { Terminal } from './terminal.ts';

/** One word of `secure-call`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole help text, starting with the usage line. */
  readonly help: string;
  /** Exit code when something failed. Default 1; 2 where 1 is an answer. */
  readonly failureCode?: 1 | 2;
  /**
   * @param args - everything behind the command's name
   * @returns the exit code: 0 when all went well, 1 when something failed and was told
   * @throws {UsageError} or the errors of `parseArgs`: exit code 2. {SecureCallError}: told in words, exit code `failureCode`
   */
  run(args: readonly string[], terminal: Terminal): Promise<0 | 1>;
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The value of an option that a command cannot do without. @throws {UsageError} */
export function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new UsageError(`${option} is needed.`);
  return value;
}
