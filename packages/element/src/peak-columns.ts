/**
 * Reduces peaks to the columns of a drawing: the largest peak of the time that each column stands for.
 * @param peaksPerColumn - may be broken, or below 1 where a short recording is drawn wide
 * @param first - peak at which the first column begins, likewise
 */
export function peakColumns(
  peaks: Uint8Array,
  columnCount: number,
  peaksPerColumn: number,
  first: number = 0,
): Uint8Array {
  const columns = new Uint8Array(columnCount);
  for (let column = 0; column < columnCount; column += 1) {
    const from = Math.floor(first + column * peaksPerColumn);
    const to = Math.min(peaks.length, Math.max(from + 1, Math.floor(first + (column + 1) * peaksPerColumn)));
    let largest = 0;
    for (let place = from; place < to; place += 1) largest = Math.max(largest, peaks[place] ?? 0);
    columns[column] = largest;
  }
  return columns;
}
