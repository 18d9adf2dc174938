import type { VoiceLane } from './voice-lanes.ts';

/** CSS pixels from one bar to the next, and how wide a bar is at most. */
export const barPitchPx = 3;
export const barWidthPx = 2;

/** Air between a bar and the axis, and at the far end of a lane, in CSS pixels. */
const airPx = 1;

/** A canvas, measured in its own pixels. */
export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly height: number;
  /** Device pixels of one CSS pixel. */
  readonly ratio: number;
}

export interface Bars {
  /** One height from 0 to 1 for each column. */
  readonly heights: Float32Array;
  readonly lane: VoiceLane;
  readonly colour: string;
  readonly widthPx: number;
}

/**
 * Draws a lane's bars with round ends; nothing where it is silent. Edges lie on whole device pixels, so that bars are
 * equally sharp at every ratio.
 */
export function drawBars({ context, height, ratio }: Sheet, { heights, lane, colour, widthPx }: Bars): void {
  const width = Math.max(1, Math.round(widthPx * ratio));
  const inset = Math.floor((Math.round(barWidthPx * ratio) - width) / 2);
  const span = laneSpan(lane, height, ratio);
  context.beginPath();
  for (const [column, share] of heights.entries()) {
    if (share === 0) continue;
    const length = Math.max(width, Math.round(share * span.room));
    const left = Math.round(column * barPitchPx * ratio) + inset;
    context.roundRect(left, span.top(length), width, length, width / 2);
  }
  context.fillStyle = colour;
  context.fill();
}

interface Span {
  /** Longest bar, in device pixels. */
  readonly room: number;
  /** Upper end of a bar of that length. */
  top(length: number): number;
}

/** The axis is one CSS pixel high and lies right above its place. */
function laneSpan({ direction, top, bottom, axis }: VoiceLane, height: number, ratio: number): Span {
  const air = Math.round(airPx * ratio);
  const below = Math.round(axis * height);
  const above = below - Math.round(ratio);
  if (direction === 'up') {
    const base = above - air;
    return { room: base - Math.round(top * height) - air, top: length => base - length };
  }
  if (direction === 'down') {
    const base = below + air;
    return { room: Math.round(bottom * height) - air - base, top: () => base };
  }
  const middle = (above + below) / 2;
  return { room: height - 2 * air, top: length => Math.round(middle - length / 2) };
}
