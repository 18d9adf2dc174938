import { h } from './h.ts';

export interface TimeRuler {
  readonly root: HTMLElement;
  /**
   * @param coveredAtPx - centre of the playhead's own label, under which no other label is shown
   * @param coveredHalfPx - half the width of that label
   */
  update(part: RulerPart, widthPx: number, coveredAtPx: number, coveredHalfPx: number): void;
}

/** The part of the recording that is measured, in seconds. */
type RulerPart = Readonly<{ from: number; span: number }>;

interface Tick {
  readonly element: HTMLElement;
  readonly fraction: number;
}

/** Seconds between two labels of the ruler. */
const steps: readonly number[] = [5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600];
/** Room from one label to the next. */
const distancePx = 110;
/** How much narrower half a plain label with its air is than half the playhead's. */
const narrowerPx = 3;
/** The first label begins at its tick; others are centred on theirs. */
const firstCentrePx = 13;

/** Labelled ticks over the lanes. */
export function timeRuler(format: (seconds: number) => string): TimeRuler {
  const root = h('div', { class: 'ruler' });
  let key = '';
  let ticks: readonly Tick[] = [];
  const rebuild = ({ from, span }: RulerPart, step: number): void => {
    ticks = tickSeconds(from, span, step).map(seconds => {
      const fraction = (seconds - from) / span;
      const element = h('span', { class: fraction === 0 ? 'tick first' : 'tick' }, format(seconds));
      element.style.setProperty('--_tick', `${100 * fraction}%`);
      return { element, fraction };
    });
    root.replaceChildren(...ticks.map(({ element }) => element));
  };
  const update: TimeRuler['update'] = (part, width, coveredAt, coveredHalf) => {
    const { from, span } = part;
    const step = steps.find(seconds => (seconds / span) * width >= distancePx) ?? span;
    const wanted = `${from} ${span} ${step}`;
    if (wanted !== key && span > 0 && width > 0) {
      key = wanted;
      rebuild(part, step);
    }
    for (const { element, fraction } of ticks) {
      const centre = Math.max(firstCentrePx, fraction * width);
      element.classList.toggle('covered', Math.abs(centre - coveredAt) < 2 * coveredHalf - narrowerPx);
    }
  };
  return { root, update };
}

/** Every step whose label has room: it begins at its tick at the very start, and is centred on it elsewhere. */
function tickSeconds(from: number, span: number, step: number): number[] {
  const first = Math.ceil(from / step) * step;
  const ticks = Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => first + index * step);
  const isClear = (seconds: number): boolean => seconds === from || seconds - from > step / 8;
  return ticks.filter(seconds => isClear(seconds) && from + span - seconds > step / 3);
}
