import { h } from './h.ts';

export interface TimeRuler {
  readonly root: HTMLElement;
  /**
   * @param coveredAtPx - centre of the playhead's own label, under which no other label is shown
   * @param coveredHalfPx - half the width of that label
   */
  update(durationSeconds: number, widthPx: number, coveredAtPx: number, coveredHalfPx: number): void;
}

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
  const rebuild = (duration: number, step: number): void => {
    ticks = tickSeconds(duration, step).map(seconds => {
      const element = h('span', { class: 'tick' }, format(seconds));
      element.style.setProperty('--_tick', `${(100 * seconds) / duration}%`);
      return { element, fraction: seconds / duration };
    });
    root.replaceChildren(...ticks.map(({ element }) => element));
  };
  const update = (duration: number, width: number, coveredAt: number, coveredHalf: number): void => {
    const step = steps.find(seconds => (seconds / duration) * width >= distancePx) ?? duration;
    const wanted = `${duration} ${step}`;
    if (wanted !== key && duration > 0 && width > 0) {
      key = wanted;
      rebuild(duration, step);
    }
    for (const { element, fraction } of ticks) {
      const centre = Math.max(firstCentrePx, fraction * width);
      element.classList.toggle('covered', Math.abs(centre - coveredAt) < 2 * coveredHalf - narrowerPx);
    }
  };
  return { root, update };
}

/** Every step whose label has room before the end. */
function tickSeconds(duration: number, step: number): number[] {
  return Array.from({ length: Math.ceil(duration / step) }, (_, index) => index * step).filter(
    seconds => seconds === 0 || duration - seconds > step / 3,
  );
}
