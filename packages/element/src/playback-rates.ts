/** The speeds on offer; pitch is kept at all of them. */
export const playbackRates: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** The speed so many steps away in the list, from a speed that need not be in it. */
export function rateAfter(rate: number, steps: number): number {
  const faster = playbackRates.filter(known => known > rate);
  const slower = playbackRates.filter(known => known < rate);
  return (steps > 0 ? faster[steps - 1] : slower.at(steps)) ?? rate;
}
