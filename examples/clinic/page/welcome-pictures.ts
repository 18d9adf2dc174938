import { drawing } from './dom.ts';

/** Heights between 0 and 1 that look like none in particular; the same at every visit. */
function* heights(seed: number): Generator<number, never, undefined> {
  // Constants of Numerical Recipes.
  for (let state = seed; ; state = (Math.imul(state, 1664525) + 1013904223) >>> 0) yield state / 2 ** 32;
}

const WIDTH = 240;
const MIDDLE = 28;

function picture(paths: readonly { readonly d: string; readonly className: string }[]): SVGSVGElement {
  const svg = drawing({ viewBox: WIDTH, shownPx: WIDTH }, 'picture', paths);
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${2 * MIDDLE}`);
  svg.setAttribute('height', `${2 * MIDDLE}`);
  return svg;
}

/** Even noise. */
function noise(): SVGSVGElement {
  const random = heights(2019);
  const bars = Array.from({ length: 60 }, (_, bar) => {
    const height = 17 + 8 * random.next().value;
    return `M${2 + 4 * bar} ${MIDDLE - height}V${MIDDLE + height}`;
  });
  return picture([{ d: bars.join(''), className: 'noise' }]);
}

/** The caller upwards, the nurse downwards. */
function voices(): SVGSVGElement {
  const random = heights(1177);
  const up: string[] = [];
  const down: string[] = [];
  for (let bar = 0; bar < 60; bar += 1) {
    const height = 3 + 20 * random.next().value;
    if (Math.floor(bar / 9) % 2 === 0) up.push(`M${2 + 4 * bar} ${MIDDLE - 2}v-${height}`);
    else down.push(`M${2 + 4 * bar} ${MIDDLE + 2}v${height}`);
  }
  return picture([
    { d: up.join(''), className: 'caller' },
    { d: down.join(''), className: 'nurse' },
    { d: `M110 0V${2 * MIDDLE}`, className: 'ink' },
  ]);
}

const circle = (x: number, y: number, radius: number): string =>
  `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`;

/** Dots of the record: filled by the service, rings by the player. */
function record(): SVGSVGElement {
  const dots = Array.from({ length: 8 }, (_, dot) => circle(8 + 32 * dot, MIDDLE, dot % 3 === 0 ? 5.5 : 4.5));
  return picture([
    { d: `M8 ${MIDDLE}H232`, className: 'axis' },
    { d: dots.filter((_, dot) => dot % 3 !== 0).join(''), className: 'ring' },
    { d: dots.filter((_, dot) => dot % 3 === 0).join(''), className: 'dot-filled' },
  ]);
}

/** Parts of which each exists twice. */
function parts(): SVGSVGElement {
  const random = heights(7);
  const cells = Array.from({ length: 15 }, (_, cell) => {
    const y = random.next().value < 0.5 ? MIDDLE - 8 : MIDDLE + 8;
    return `M${5 + 16 * cell} ${y}h6`;
  });
  return picture([{ d: cells.join(''), className: 'cell' }]);
}

/** One drawing for each card on the first page. */
export const pictures: Readonly<Record<'noise' | 'voices' | 'record' | 'parts', () => SVGSVGElement>> = {
  noise,
  voices,
  record,
  parts,
};
