import type { Mark } from './call-marks.ts';
import { h, setText } from './h.ts';
import { icon } from './icons.ts';
import { lineMarks } from './line-marks.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';
import type { TimeWindow } from './time-window.ts';
import { Waveform } from './waveform.ts';

export interface Overview {
  /** The whole call, with the part that the lanes show in a frame. */
  readonly root: HTMLElement;
  /** How long that part is. */
  readonly zoom: HTMLElement;
  update(state: OpenState, marks: readonly Mark[]): void;
  dispose(): void;
}

/** The frame is the thumb of a native range input that moves the part; another one sizes it. */
export function overview(context: ScreenContext, part: TimeWindow, moved: () => void): Overview {
  const { words } = context;
  let position = 0;
  const wave = new Waveform();
  const marks = lineMarks(words);
  const move = h('input', {
    type: 'range',
    class: 'window-input',
    min: '0',
    step: '1',
    'aria-label': words.say('shownFrom'),
    oninput: () => {
      part.moveTo(Number(move.value), position);
      moved();
    },
  });
  const zoom = zoomControl(context, part, span => {
    part.choose(span, position);
    moved();
  });
  const line = h('div', { class: 'line', 'aria-hidden': 'true' }, wave.root, marks.under);
  const root = h('div', { class: 'overview', part: 'overview', dir: 'ltr' }, line, move);
  let shown = '';
  let duration = 0;
  const place = (): void => {
    const width = root.clientWidth;
    const at = Math.round((position / duration) * width);
    const wanted = `${width} ${at} ${part.from} ${part.span}`;
    if (wanted === shown || duration === 0) return;
    shown = wanted;
    root.style.setProperty('--_at', `${at}px`);
    root.style.setProperty('--_window', `${Math.max(8, (part.span / duration) * width)}px`);
    move.max = `${part.lastFrom}`;
    move.value = `${part.from}`;
    const ends = { from: words.spokenPosition(part.from), to: words.spokenPosition(part.to) };
    move.setAttribute('aria-valuetext', `${ends.from} – ${ends.to}`);
    zoom.update();
  };
  const update: Overview['update'] = (state, all) => {
    position = state.positionSeconds;
    duration = state.durationSeconds;
    root.hidden = zoom.root.hidden = part.isShort;
    const roles = state.channels.map(({ role }) => role);
    wave.show({ peaks: context.peaks(), roles, fromSeconds: 0, toSeconds: duration });
    marks.show(all, { from: 0, to: duration });
    place();
  };
  return { root, zoom: zoom.root, update, dispose: () => wave.dispose() };
}

interface Zoom {
  readonly root: HTMLElement;
  update(): void;
}

function zoomControl({ words }: ScreenContext, part: TimeWindow, choose: (span: number) => void): Zoom {
  const length = h('span', { 'aria-hidden': 'true' });
  const place = (): number => part.choices.findLastIndex(span => span <= part.span);
  const step = (steps: number): void => {
    const span = part.choices[place() + steps];
    if (span !== undefined) choose(span);
  };
  const button = (name: 'zoomIn' | 'zoomOut', steps: number): HTMLElement =>
    h(
      'button',
      {
        class: 'icon-button small',
        'aria-label': words.say(name),
        onclick: () => step(steps),
      },
      icon(name, 16),
    );
  const input = h('input', {
    type: 'range',
    min: '0',
    step: '1',
    'aria-label': words.say('zoom'),
    oninput: () => {
      const span = part.choices[Number(input.value)];
      if (span !== undefined) choose(span);
    },
  });
  const root = h(
    'div',
    { class: 'zoom', id: 'zoom', part: 'zoom', dir: 'ltr' },
    button('zoomOut', 1),
    h('span', { class: 'zoom-size' }, length, input),
    button('zoomIn', -1),
  );
  const update = (): void => {
    input.max = `${part.choices.length - 1}`;
    input.value = `${place()}`;
    const { span } = part;
    setText(
      length,
      span < 60 || span % 60 ? words.position(span) : words.say('minutes', { count: span / 60 }),
    );
    input.setAttribute('aria-valuetext', words.spokenPosition(span));
  };
  return { root, update };
}
