import { h, setText } from './h.ts';
import type { ScreenContext } from './screen.ts';

export interface SeekLine {
  readonly root: HTMLElement;
  update(positionSeconds: number, durationSeconds: number, isMoving: boolean): void;
  dispose(): void;
}

/** Seconds between two labels of the ruler. */
const rulerSteps: readonly number[] = [5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600];
/** Room from one label to the next, width of a label, half the width of the playhead's own label with some air. */
const labelDistancePx = 110;
const labelWidthPx = 40;
const halfPillPx = 30;

/**
 * The conversation line: a time axis with end stops, the played part in ink, the playhead with its time, and over
 * it a native range input that does the work. Time runs left to right in every language.
 */
export function seekLine({ words, commands }: ScreenContext): SeekLine {
  let shown = { position: 0, duration: 0, isMoving: false };
  let isDragging = false;
  const input = h('input', {
    type: 'range',
    class: 'seek-input',
    min: '0',
    step: '1',
    'aria-label': words.say('seek'),
  });
  const ruler = createRuler(seconds => words.position(seconds));
  const pill = h('span', { class: 'pill' });
  const view = h(
    'div',
    { class: 'line', 'aria-hidden': 'true' },
    ruler.root,
    h('span', { class: 'axis' }),
    h('span', { class: 'played' }),
    h('span', { class: 'playhead' }),
    pill,
  );
  const root = h('div', { class: 'seek', part: 'seek', dir: 'ltr' }, view, input);

  const draw = (position: number): void => {
    const { duration } = shown;
    const fraction = duration === 0 ? 0 : Math.min(1, position / duration);
    view.style.setProperty('--_at', `${100 * fraction}%`);
    setText(pill, words.position(position));
    ruler.update(duration, fraction, root.clientWidth);
  };
  const tell = (position: number): void => {
    const places = {
      position: words.spokenPosition(position),
      duration: words.spokenPosition(shown.duration),
    };
    input.max = `${shown.duration}`;
    input.value = `${position}`;
    input.setAttribute('aria-valuetext', words.say('seekValue', places));
  };
  input.addEventListener('input', () => {
    isDragging = true;
    const position = Number(input.value);
    tell(position);
    draw(position);
  });
  input.addEventListener('change', () => {
    isDragging = false;
    commands.seek(Number(input.value));
  });
  input.addEventListener('blur', () => tell(shown.position));
  const resized = new ResizeObserver(() => draw(shown.position));
  resized.observe(root);

  const update = (position: number, duration: number, isMoving: boolean): void => {
    const hasJumped = Math.abs(position - shown.position) > 1.5 || duration !== shown.duration;
    shown = { position, duration, isMoving };
    if (isDragging) return;
    draw(position);
    // A screen reader says each change of a slider that has focus: it is told of jumps, not of every second.
    if (hasJumped || !isMoving || !input.matches(':focus')) tell(position);
  };
  return { root, update, dispose: () => resized.disconnect() };
}

interface Ruler {
  readonly root: HTMLElement;
  update(durationSeconds: number, playheadFraction: number, widthPx: number): void;
}

function createRuler(format: (seconds: number) => string): Ruler {
  const root = h('div', { class: 'ruler' });
  let key = '';
  let labels: readonly { readonly element: HTMLElement; readonly fraction: number }[] = [];
  const rebuild = (duration: number, step: number): void => {
    labels = rulerSeconds(duration, step).map(seconds => {
      const element = h('span', { class: 'tick' }, format(seconds));
      element.style.setProperty('--_tick', `${(100 * seconds) / duration}%`);
      return { element, fraction: seconds / duration };
    });
    root.replaceChildren(...labels.map(label => label.element));
  };
  const update = (duration: number, playhead: number, width: number): void => {
    const step = rulerSteps.find(seconds => (seconds / duration) * width >= labelDistancePx) ?? duration;
    const wanted = `${duration} ${step}`;
    if (wanted !== key && duration > 0 && width > 0) {
      key = wanted;
      rebuild(duration, step);
    }
    const pill = Math.min(width - halfPillPx, Math.max(halfPillPx, playhead * width));
    for (const { element, fraction } of labels) {
      const left = fraction * width;
      const isCovered = left < pill + halfPillPx && left + labelWidthPx > pill - halfPillPx;
      element.classList.toggle('covered', isCovered);
    }
  };
  return { root, update };
}

/** Every step that leaves room before the end. */
function rulerSeconds(duration: number, step: number): number[] {
  return Array.from({ length: Math.ceil(duration / step) }, (_, index) => index * step).filter(
    seconds => seconds === 0 || duration - seconds > step / 3,
  );
}
