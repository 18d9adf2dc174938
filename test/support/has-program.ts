import { execFileSync } from 'node:child_process';

/** Whether a program that knows `-version` is on the PATH. */
export function hasProgram(program: string): boolean {
  try {
    execFileSync(program, ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
