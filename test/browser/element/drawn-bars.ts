import { expect } from 'vitest';
import type { Mounted } from './mount.ts';

/** One column of a canvas, in the canvas's own pixels. */
export interface Bar {
  /** First and last row with something in it; undefined where the column is empty. */
  readonly rows: readonly [first: number, last: number] | undefined;
  /** Red, green, blue in the middle of the bar. */
  readonly colour: readonly number[];
  /** How many pixels wide the bar is in its middle row, and whether its edges are sharp. */
  readonly width: number;
  readonly isSharp: boolean;
}

export interface DrawnLayer {
  readonly canvas: HTMLCanvasElement;
  /** Row of the middle, where two voices have their axis. */
  readonly middle: number;
  readonly bars: readonly Bar[];
}

export interface DrawnWave {
  readonly played: DrawnLayer;
  readonly toCome: DrawnLayer;
}

/** Reads the canvases back once they are drawn. */
export async function drawnWave(root: Mounted['root']): Promise<DrawnWave> {
  await nextFrames(3);
  const [played, toCome] = ['canvas.played-bars', 'canvas:not(.played-bars)'].map(selector => {
    const canvas = root.querySelector<HTMLCanvasElement>(selector);
    expect(canvas?.width, selector).toBeGreaterThan(0);
    return canvas;
  });
  if (!played || !toCome) throw new Error('No waveform is shown.');
  return { played: readLayer(played), toCome: readLayer(toCome) };
}

/** Lets the page draw. */
export async function nextFrames(count: number): Promise<void> {
  for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame);
}

function readLayer(canvas: HTMLCanvasElement): DrawnLayer {
  const { width, height } = canvas;
  const image = canvas.getContext('2d')?.getImageData(0, 0, width, height);
  if (image === undefined) throw new Error('The canvas cannot be read.');
  const count = Math.floor((width + devicePixelRatio) / (3 * devicePixelRatio));
  const bars = Array.from({ length: count }, (_, column) =>
    readBar(image, Math.round(3 * column * devicePixelRatio)),
  );
  return { canvas, middle: height / 2, bars };
}

function readBar({ data, width, height }: ImageData, left: number): Bar {
  const right = Math.min(width, left + Math.round(2 * devicePixelRatio));
  const pixel = (x: number, y: number): readonly number[] => [
    ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
  ];
  const columns = Array.from({ length: right - left }, (_, index) => left + index);
  const isInked = (y: number): boolean => columns.some(x => (pixel(x, y)[3] ?? 0) > 0);
  const rows = Array.from({ length: height }, (_, y) => y).filter(isInked);
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined)
    return { rows: undefined, colour: [], width: 0, isSharp: true };
  const middle = Math.floor((first + last) / 2);
  const inked = columns.map(x => pixel(x, middle)).filter(([, , , alpha = 0]) => alpha > 0);
  const isSharp = inked.every(([, , , alpha]) => alpha === 255);
  return { rows: [first, last], colour: inked[0]?.slice(0, 3) ?? [], width: inked.length, isSharp };
}
