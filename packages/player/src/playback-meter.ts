/** A stretch of the recording, in seconds. */
export type HeardRange = [from: number, to: number];

/** Timeupdates come every 250 ms, in hidden tabs every second, at up to 3x; a longer step was not played through. */
const LONGEST_STEP_SECONDS = 5;

/** Measures which seconds of the recording were truly rendered to the output. */
export class PlaybackMeter {
  #ranges: HeardRange[] = [];
  #at: number | undefined;

  /** Sound has been coming out up to `position`. */
  advance(position: number): void {
    const step = this.#at === undefined ? 0 : position - this.#at;
    if (this.#at !== undefined && step > 0 && step < LONGEST_STEP_SECONDS) this.#add(this.#at, position);
    this.#at = position;
  }

  /** Sound stopped, or jumps: what comes next does not continue what was. */
  interrupt(): void {
    this.#at = undefined;
  }

  get heardSeconds(): number {
    return this.#ranges.reduce((sum, [from, to]) => sum + to - from, 0);
  }

  /** What was heard since the last call. */
  take(): HeardRange[] {
    const ranges = this.#ranges;
    this.#ranges = [];
    return ranges;
  }

  #add(from: number, to: number): void {
    const last = this.#ranges.at(-1);
    if (last && last[1] === from) last[1] = to;
    else this.#ranges.push([from, to]);
  }
}
