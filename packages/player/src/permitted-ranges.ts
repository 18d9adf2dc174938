type Range = readonly [from: number, to: number];

/** The seconds of the recording that may be heard: everything, or what the grant names. */
export class PermittedRanges {
  readonly #ranges: readonly Range[];

  /** @param ranges - undefined permits everything */
  constructor(ranges: readonly Range[] | undefined, durationSeconds: number) {
    const all: readonly Range[] = ranges ?? [[0, durationSeconds]];
    this.#ranges = all
      .map(([from, to]): Range => [from, Math.min(to, durationSeconds)])
      .filter(([from, to]) => to > from)
      .toSorted(([a], [b]) => a - b);
  }

  /** Where the last permitted second ends. */
  get endSeconds(): number {
    return Math.max(0, ...this.#ranges.map(([, to]) => to));
  }

  /** The permitted second nearest to `seconds`; its own end counts. */
  nearest(seconds: number): number {
    const candidates = this.#ranges.map(([from, to]) => Math.min(Math.max(from, seconds), to));
    const [first = 0] = candidates.toSorted((a, b) => Math.abs(a - seconds) - Math.abs(b - seconds));
    return first;
  }

  /** Where playing goes on when it has left a range; undefined while it is inside one, or behind the last. */
  jumpFrom(seconds: number): number | undefined {
    const inside = this.#ranges.some(([from, to]) => seconds >= from && seconds < to);
    return inside ? undefined : this.#ranges.find(([from]) => from > seconds)?.[0];
  }
}
