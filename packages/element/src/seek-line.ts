import type { Mark } from './call-marks.ts';
import { h, setText } from './h.ts';
import { lineMarks } from './line-marks.ts';
import type { LineHands } from './line-hands.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';
import { loadExtras } from './sound-button.ts';
import { timeRuler } from './time-ruler.ts';
import type { TimeWindow } from './time-window.ts';
import { VisibleWatermark } from './visible-watermark.ts';
import { Waveform } from './waveform.ts';

export interface SeekLine {
  readonly root: HTMLElement;
  update(state: OpenState, marks: readonly Mark[]): void;
  dispose(): void;
}

/** Half the width of the playhead's own label, with and without hours. */
const halfPillPx = 21;
const halfLongPillPx = 30;

/**
 * The conversation line: ruler, lanes, the playhead with its time, and over them a native range input that does the
 * work. Until peaks have arrived the lanes are a flat line. Time runs left to right in every language.
 */
export function seekLine(context: ScreenContext, part: TimeWindow, moved: () => void): SeekLine {
  const { words, commands } = context;
  let shown = { position: 0, duration: 0 };
  let isDragging = false;
  let isFetching = false;
  let hands: LineHands | undefined;
  let watermark: VisibleWatermark | undefined;
  const wave = new Waveform();
  const marks = lineMarks(words);
  const lanes = h('div', { class: 'lanes' }, wave.root, marks.under);
  const view = lineView(seconds => words.position(seconds), part, lanes, marks.labels);
  const input = seekInput(context, part, () => shown, {
    drag: position => {
      isDragging = true;
      view.draw(position, shown.duration);
    },
    drop: () => {
      isDragging = false;
    },
  });
  const root = h('div', { class: 'seek', part: 'seek', dir: 'ltr' }, view.root, input.root);
  const update: SeekLine['update'] = (state, all) => {
    const { positionSeconds: position, durationSeconds: duration, channels } = state;
    const hasJumped = Math.abs(position - shown.position) > 1.5 || duration !== shown.duration;
    const isMoving = state.status === 'playing' && !state.seeking;
    shown = { position, duration };
    watermark ??= new VisibleWatermark(lanes, state.access, () => commands.lock());
    root.style.setProperty('--_count', `${channels.length}`);
    const drawn = { fromSeconds: part.from, toSeconds: part.to };
    wave.show({ peaks: context.peaks(), roles: channels.map(({ role }) => role), ...drawn });
    marks.show(all, part);
    if (!isFetching && (state.loopRange || navigator.maxTouchPoints > 0)) {
      isFetching = true;
      loadExtras().then(({ lineHands }) => {
        hands = lineHands(root, context, part, () => shown.position, moved);
        moved();
      }, reportError);
    }
    hands?.update(state);
    if (isDragging) return;
    view.draw(position, duration);
    // A screen reader says each change of a slider that has focus: it is told of jumps, not of every second.
    if (hasJumped || !isMoving || !input.root.matches(':focus')) input.tell(position);
  };
  const dispose = (): void => {
    watermark?.dispose();
    wave.dispose();
  };
  return { root, update, dispose };
}

interface SeekInput {
  readonly root: HTMLInputElement;
  /** Sets the slider and says the place in words. */
  tell(position: number): void;
}

function seekInput(
  { words, commands }: ScreenContext,
  part: TimeWindow,
  shown: () => { readonly position: number; readonly duration: number },
  hand: { drag(position: number): void; readonly drop: () => void },
): SeekInput {
  const root = h('input', { type: 'range', class: 'seek-input', step: '1', 'aria-label': words.say('seek') });
  const tell = (position: number): void => {
    const { duration } = shown();
    const places = { position: words.spokenPosition(position), duration: words.spokenPosition(duration) };
    root.min = `${part.from}`;
    root.max = `${part.to}`;
    root.value = `${position}`;
    root.setAttribute('aria-valuetext', words.say('seekValue', places));
  };
  root.addEventListener('input', () => {
    const position = Number(root.value);
    tell(position);
    hand.drag(position);
  });
  root.addEventListener('change', () => {
    hand.drop();
    commands.seek(Number(root.value));
  });
  // Of a finger that another one joined no change is told.
  root.addEventListener('pointerup', hand.drop);
  root.addEventListener('blur', () => tell(shown().position));
  return { root, tell };
}

interface LineView {
  readonly root: HTMLElement;
  draw(positionSeconds: number, durationSeconds: number): void;
}

function lineView(
  format: (seconds: number) => string,
  part: TimeWindow,
  lanes: HTMLElement,
  labels: HTMLElement,
): LineView {
  const ruler = timeRuler(format);
  const pill = h('span', { class: 'pill' });
  const playhead = h('span', { class: 'playhead' });
  const root = h('div', { class: 'line', 'aria-hidden': 'true' }, ruler.root, lanes, labels, playhead, pill);
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)');
  let place = '';
  const draw = (exactly: number, duration: number): void => {
    const position = isCalm.matches ? Math.floor(exactly) : exactly;
    setText(pill, format(position));
    const width = root.clientWidth;
    const halfPill = duration < 3600 ? halfPillPx : halfLongPillPx;
    const share = duration === 0 ? 0 : (position - part.from) / part.span;
    const isAway = share < 0 || share > 1;
    const at = onPixel(Math.min(1, Math.max(0, share)) * width);
    const pillAt = Math.min(width - halfPill, Math.max(halfPill, at));
    ruler.update(part, width, isAway ? -1000 : pillAt, halfPill);
    if (place === `${at} ${pillAt} ${isAway}`) return;
    place = `${at} ${pillAt} ${isAway}`;
    root.classList.toggle('away', isAway);
    root.style.setProperty('--_at', `${at}px`);
    root.style.setProperty('--_pill-at', `${pillAt}px`);
  };
  return { root, draw };
}

/** Between pixels nothing is seen to move, and the playhead would be blurred. */
function onPixel(px: number): number {
  return Math.round(px * devicePixelRatio) / devicePixelRatio;
}
