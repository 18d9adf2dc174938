import type { MarkedQuantum } from './marked-quantum.ts';
import type { OutputReport } from './worklet-contract.ts';

/** 85 ms at 48 kHz. */
const REPORT_QUANTA = 32;
const NO_TRANSFER: Transferable[] = [];

/**
 * The last node before the output: passes on what the marker let out in the same quantum, and nothing else. It sits on the
 * audio thread, so that silence waits neither for the page nor for a message.
 */
export class OutputGuard extends AudioWorkletProcessor {
  readonly #quantum: MarkedQuantum;
  /** One object for all reports: `process` allocates nothing. */
  readonly #report: OutputReport = {
    seconds: 0,
    frames: 0,
    markedFrames: 0,
    isForeign: false,
    isMissing: false,
  };
  #quanta = 0;
  #isHeard = false;
  #hasPassed = false;

  constructor(quantum: MarkedQuantum) {
    super();
    this.#quantum = quantum;
  }

  process(inputs: readonly Float32Array[][], outputs: readonly Float32Array[][]): boolean {
    const input = inputs[0];
    const output = outputs[0];
    if (!input || !output || this.#report.isForeign) return true;
    if (!this.#quantum.isOrigin(input)) return this.#refuse();
    this.#pass(input, output);
    if (this.#quantum.frames > 0) this.#count(output[0]?.length ?? 0);
    this.#quantum.letGo();
    return true;
  }

  #pass(input: readonly Float32Array[], output: readonly Float32Array[]): void {
    if (this.#quantum.isFresh && this.#quantum.isHeard) this.#isHeard = true;
    for (let channel = 0; channel < input.length; channel += 1) {
      const samples = input[channel] as Float32Array;
      output[channel]?.set(samples);
      if (samples.some(isSound)) this.#hasPassed = true;
    }
  }

  #count(frames: number): void {
    // The engine may have started the marker earlier.
    if (this.#quanta === 0) this.#report.frames = this.#quantum.frames - frames;
    this.#report.frames += frames;
    if (this.#quanta % REPORT_QUANTA === 0) this.#tell();
    this.#quanta += 1;
  }

  #refuse(): boolean {
    this.#report.isForeign = true;
    this.#tell();
    return true;
  }

  #tell(): void {
    this.#report.seconds = currentTime;
    this.#report.markedFrames = this.#quantum.frames;
    this.#report.isMissing = this.#isHeard && !this.#hasPassed;
    this.port.postMessage(this.#report, NO_TRANSFER);
    this.#isHeard = false;
    this.#hasPassed = false;
  }
}

const isSound = (sample: number): boolean => sample !== 0;
