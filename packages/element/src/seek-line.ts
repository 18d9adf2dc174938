import { h, setText } from './h.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';
import { timeRuler } from './time-ruler.ts';
import { Waveform } from './waveform.ts';

export interface SeekLine {
  readonly root: HTMLElement;
  update(state: OpenState): void;
  dispose(): void;
}

/** Half the width of the playhead's own label, with and without hours. */
const halfPillPx = 21;
const halfLongPillPx = 30;

/**
 * The conversation line: ruler, lanes, the playhead with its time, and over them a native range input that does the
 * work. Until peaks have arrived the lanes are a flat line. Time runs left to right in every language.
 */
export function seekLine(context: ScreenContext): SeekLine {
  const { words } = context;
  let shown = { position: 0, duration: 0 };
  let isDragging = false;
  const wave = new Waveform();
  const view = lineView(seconds => words.position(seconds), wave.root);
  const input = seekInput(context, () => shown, {
    drag: position => {
      isDragging = true;
      view.draw(position, shown.duration);
    },
    drop: () => {
      isDragging = false;
    },
  });
  const root = h('div', { class: 'seek', part: 'seek', dir: 'ltr' }, view.root, input.root);
  const resized = new ResizeObserver(() => view.draw(shown.position, shown.duration));
  resized.observe(root);

  const update = (state: OpenState): void => {
    const { positionSeconds: position, durationSeconds: duration, channels } = state;
    const hasJumped = Math.abs(position - shown.position) > 1.5 || duration !== shown.duration;
    const isMoving = state.status === 'playing' && !state.seeking;
    shown = { position, duration };
    root.style.setProperty('--_count', `${channels.length}`);
    wave.show({ peaks: context.peaks(), roles: channels.map(({ role }) => role), durationSeconds: duration });
    if (isDragging) return;
    view.draw(position, duration);
    // A screen reader says each change of a slider that has focus: it is told of jumps, not of every second.
    if (hasJumped || !isMoving || !input.root.matches(':focus')) input.tell(position);
  };
  const dispose = (): void => {
    resized.disconnect();
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
  shown: () => { readonly position: number; readonly duration: number },
  hand: { drag(position: number): void; drop(): void },
): SeekInput {
  const root = h('input', {
    type: 'range',
    class: 'seek-input',
    min: '0',
    step: '1',
    'aria-label': words.say('seek'),
  });
  const tell = (position: number): void => {
    const { duration } = shown();
    const places = { position: words.spokenPosition(position), duration: words.spokenPosition(duration) };
    root.max = `${duration}`;
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
  root.addEventListener('blur', () => tell(shown().position));
  return { root, tell };
}

interface LineView {
  readonly root: HTMLElement;
  draw(positionSeconds: number, durationSeconds: number): void;
}

function lineView(format: (seconds: number) => string, wave: HTMLElement): LineView {
  const ruler = timeRuler(format);
  const pill = h('span', { class: 'pill' });
  const root = h(
    'div',
    { class: 'line', 'aria-hidden': 'true' },
    ruler.root,
    wave,
    h('span', { class: 'playhead' }),
    pill,
  );
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)');
  let place = '';
  const draw = (exactly: number, duration: number): void => {
    const position = isCalm.matches ? Math.floor(exactly) : exactly;
    setText(pill, format(position));
    const width = root.clientWidth;
    const halfPill = duration < 3600 ? halfPillPx : halfLongPillPx;
    const at = duration === 0 ? 0 : onPixel(Math.min(1, position / duration) * width);
    const pillAt = Math.min(width - halfPill, Math.max(halfPill, at));
    ruler.update(duration, width, pillAt, halfPill);
    if (place === `${at} ${pillAt}`) return;
    place = `${at} ${pillAt}`;
    root.style.setProperty('--_at', `${at}px`);
    root.style.setProperty('--_pill-at', `${pillAt}px`);
  };
  return { root, draw };
}

/** Between pixels nothing is seen to move, and the playhead would be blurred. */
function onPixel(px: number): number {
  return Math.round(px * devicePixelRatio) / devicePixelRatio;
}
