/** Seconds of a recording. */
export type TimeRange = readonly [from: number, to: number];

/** Slack for the ends of rendered ranges, which the browser measures on another clock. */
export const RANGE_TOLERANCE_SECONDS = 0.25;

/** Ends of windows are computed from samples: what differs by less is the same second. */
const TOUCHING_SECONDS = Number.EPSILON * 1024;

/** The union, as ranges in order that do not touch. */
export function mergeRanges(ranges: readonly TimeRange[]): TimeRange[] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1] + TOUCHING_SECONDS) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** How long the union is, to the millisecond. */
export function secondsIn(ranges: readonly TimeRange[]): number {
  const seconds = mergeRanges(ranges).reduce((sum, [from, to]) => sum + to - from, 0);
  return Math.round(seconds * 1000) / 1000;
}
