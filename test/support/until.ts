import { setTimeout } from 'node:timers/promises';

/**
 * Asks again and again until the answer is yes.
 * @param what - completes "waited for ...", asked for only when time is up
 * @throws {Error} after `timeoutMs`
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: () => string | Promise<string>,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`${timeoutMs} ms waited for ${await what()}`);
    await setTimeout(25);
  }
}
