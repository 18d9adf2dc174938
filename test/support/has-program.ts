import { execFileSync } from 'node:child_process';

/** Whether a program is on the PATH. @param question - that it answers */
export function hasProgram(program: string, question = '-version'): boolean {
  try {
    execFileSync(program, [question], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
