import { svg } from './h.ts';

/** Stroked outlines on a 20 px square, 1.5 px wide. */
const outlines = {
  lock: [
    'M6.5 9h7a2 2 0 0 1 2 2v3.5a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2V11a2 2 0 0 1 2-2z',
    'M7 9V6.5a3 3 0 0 1 6 0V9',
  ],
  record: ['M5 3.5h7l3 3v10H5z', 'M7.8 9h4.4M7.8 12h4.4'],
  shield: ['M10 2.8 4.3 5v4.6c0 3.6 2.3 6.2 5.7 7.6 3.4-1.4 5.7-4 5.7-7.6V5z', 'm7.4 9.9 1.9 1.9 3.4-3.6'],
  clock: ['M3.25 10a6.75 6.75 0 1 0 13.5 0 6.75 6.75 0 1 0-13.5 0', 'M10 6.3V10l2.5 1.6'],
  volume: ['M3.5 8v4h2.7l3.8 3.2V4.8L6.2 8z', 'M13 7.6a3.4 3.4 0 0 1 0 4.8M15.2 5.4a6.5 6.5 0 0 1 0 9.2'],
  muted: ['M3.5 8v4h2.7l3.8 3.2V4.8L6.2 8z', 'm13.2 8 4 4M17.2 8l-4 4'],
  back: ['M4.4 6A7 7 0 1 1 3 10.2', 'M4.2 2.6V6.2h3.6'],
  loop: ['M4 9V7.5a2 2 0 0 1 2-2h9M12.5 3 15 5.5 12.5 8', 'M16 11v1.5a2 2 0 0 1-2 2H5M7.5 17 5 14.5 7.5 12'],
  clearer: [
    'M6.2 8.2a4 4 0 1 1 7.6 1.6c-.6 1.4-2 1.9-2.4 3.4-.3 1.4-.8 3-2.4 3-1.3 0-2-1-2-2',
    'M8.6 8.4a1.6 1.6 0 1 1 2.6 1.2',
  ],
  text: ['M4 5.5h12M4 10h12M4 14.5h7'],
  bookmark: ['M6 3.5h8v13l-4-3-4 3z'],
  search: ['M3.75 9a5.25 5.25 0 1 0 10.5 0 5.25 5.25 0 1 0-10.5 0', 'm13 13 3.5 3.5'],
  check: ['m4.5 10.5 3.5 3.5 7.5-8'],
  up: ['m5 12 5-5 5 5'],
  down: ['m5 8 5 5 5-5'],
  zoomIn: ['M10 4.5v11M4.5 10h11'],
  zoomOut: ['M4.5 10h11'],
  help: [
    'M5 3.5h10a1.5 1.5 0 0 1 1.5 1.5v10a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 15V5A1.5 1.5 0 0 1 5 3.5z',
    'M8 8a2 2 0 1 1 2.8 1.9c-.5.3-.8.6-.8 1.3M10 13.6v.1',
  ],
  forward: ['M15.6 6A7 7 0 1 0 17 10.2', 'M15.8 2.6V6.2h-3.6'],
} as const;

/** Filled shapes on the same square. */
const shapes = {
  play: ['M6 4.6v10.8a.8.8 0 0 0 1.22.68l8.6-5.4a.8.8 0 0 0 0-1.36l-8.6-5.4A.8.8 0 0 0 6 4.6z'],
  pause: [
    'M6.1 4h1.4a1.1 1.1 0 0 1 1.1 1.1v9.8A1.1 1.1 0 0 1 7.5 16H6.1A1.1 1.1 0 0 1 5 14.9V5.1A1.1 1.1 0 0 1 6.1 4z',
    'M12.5 4h1.4A1.1 1.1 0 0 1 15 5.1v9.8a1.1 1.1 0 0 1-1.1 1.1h-1.4a1.1 1.1 0 0 1-1.1-1.1V5.1A1.1 1.1 0 0 1 12.5 4z',
  ],
  more: [
    'M3.2 10a1.3 1.3 0 1 0 2.6 0 1.3 1.3 0 1 0-2.6 0z',
    'M8.7 10a1.3 1.3 0 1 0 2.6 0 1.3 1.3 0 1 0-2.6 0z',
    'M14.2 10a1.3 1.3 0 1 0 2.6 0 1.3 1.3 0 1 0-2.6 0z',
  ],
} as const;

export type IconName = keyof typeof outlines | keyof typeof shapes;

/** Four bars above or below a line: who speaks there, as on the lanes. */
export function voiceGlyph(isBelow: boolean): SVGSVGElement {
  const heights = [4, 9, 6, 11];
  const bars = heights.map(
    (height, place) => `M${1.5 + 3.5 * place} ${isBelow ? 1.5 : 12.5}v${isBelow ? height : -height}`,
  );
  return svg(
    'svg',
    { class: 'glyph', viewBox: '0 0 14 14', width: '14', height: '14', 'aria-hidden': 'true' },
    svg('path', { d: bars.join('') }),
  );
}

/**
 * An icon in the colour of its text; the control that holds it carries the name.
 * @param sizePx - edge of the square
 * @param number - written inside the arrow of `back` and `forward`: how many seconds they jump
 */
export function icon(name: IconName, sizePx: number = 20, number?: number): SVGSVGElement {
  const all: Readonly<Record<IconName, readonly string[]>> = { ...outlines, ...shapes };
  const drawn = drawIcon(all[name], name in shapes ? 'icon filled' : 'icon', sizePx);
  if (number !== undefined)
    drawn.append(svg('text', { x: '10.1', y: '12.8', 'text-anchor': 'middle' }, `${number}`));
  return drawn;
}

/** The same from paths. */
export function drawIcon(
  paths: readonly string[],
  classes: string = 'icon',
  sizePx: number = 20,
): SVGSVGElement {
  return svg(
    'svg',
    { class: classes, viewBox: '0 0 20 20', width: `${sizePx}`, height: `${sizePx}`, 'aria-hidden': 'true' },
    ...paths.map(d => svg('path', { d })),
  );
}
