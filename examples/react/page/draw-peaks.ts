import type { Peaks } from '@secure-call/player';

const barWidth = 2;
const barStep = 3;
const laterAlpha = 0.35;

/**
 * Draws one bar per 3 px: the first voice above the middle, the second below it; a single one on both sides.
 * @param heard - share of the recording before the position, 0 to 1
 */
export function drawPeaks(canvas: HTMLCanvasElement, { channels }: Peaks, heard: number): void {
  const context = canvas.getContext('2d');
  const [above, below = above] = channels;
  if (!context || !above || !below) return;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.fillStyle = getComputedStyle(canvas).color;
  const bars = Math.floor(width / barStep);
  for (let bar = 0; bar < bars; bar += 1) {
    const [from, to] = [bar / bars, (bar + 1) / bars];
    const [up, down] = [loudest(above, from, to) * (height / 2), loudest(below, from, to) * (height / 2)];
    context.globalAlpha = from < heard ? 1 : laterAlpha;
    context.fillRect(bar * barStep, height / 2 - up, barWidth, up + down);
  }
}

/** The loudest of a stretch, 0 to 1. */
function loudest(peaks: Uint8Array, from: number, to: number): number {
  const start = Math.floor(from * peaks.length);
  const some = peaks.subarray(start, Math.max(start + 1, Math.floor(to * peaks.length)));
  return some.reduce((most, peak) => Math.max(most, peak), 0) / 255;
}
