import { main } from '@secure-call/cli';

export interface Captured {
  readonly exitCode: 0 | 1 | 2;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
}

/** Runs a command line and keeps what it writes. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Captured> {
  const { isTTY = false, signal = new AbortController().signal } = options;
  const written = { stdout: '', stderr: '' };
  const exitCode = await main(args, {
    stdout: { write: text => (written.stdout += text) },
    stderr: { write: text => (written.stderr += text), isTTY },
    signal,
  });
  return { exitCode, ...written };
}
