/** Runs `packRecording` in a process of its own, so that it can be killed at a known point and its memory measured. */
import { readFileSync } from 'node:fs';
import { packRecording, type PackOptions } from '@secure-call/packager';

export interface ChildTask {
  readonly options: Pick<
    PackOptions,
    'recording' | 'to' | 'tenant' | 'recipients' | 'signer' | 'details' | 'transcript' | 'variants'
  >;
  /** The step at which the process says so and waits to be killed. */
  readonly haltAtStep?: number;
}

const task = JSON.parse(process.argv[2] ?? '') as ChildTask;

let steps = 0;
const signal = new Proxy(new AbortController().signal, {
  get(target, name) {
    if (name === 'aborted' && (steps += 1) === task.haltAtStep) halt();
    return Reflect.get(target, name, target) as unknown;
  },
});

function halt(): void {
  process.stdout.write('halted\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const { durationSeconds } = await packRecording({ ...task.options, signal });
const highWaterKilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
process.stdout.write(
  `${JSON.stringify({ durationSeconds, steps, highWaterMegabytes: highWaterKilobytes / 1024 })}\n`,
);
