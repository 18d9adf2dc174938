import type { OpenCall, Peaks } from '@secure-call/player';
import { h } from './h.ts';
import { Waveform } from './waveform.ts';

/** What a screen shows of the recording while nothing is heard. */
export interface StateLine {
  readonly root: HTMLElement;
  readonly update: () => void;
  readonly dispose: () => void;
}

/** Access lives on and the sound waits: the waveform, faint, as long as the player has peaks, and the playhead. */
export function waitingLine(
  waitsAtSeconds: number,
  { durationSeconds, channels }: Pick<OpenCall, 'durationSeconds' | 'channels'>,
  peaks: () => Peaks | undefined,
): StateLine {
  const wave = new Waveform();
  const roles = channels.map(({ role }) => role);
  const update = (): void => wave.show({ peaks: peaks(), roles, fromSeconds: 0, toSeconds: durationSeconds });
  const root = h(
    'div',
    { class: 'waiting-line', 'aria-hidden': 'true', dir: 'ltr' },
    wave.root,
    h('span', { class: 'waiting-head' }),
  );
  root.style.setProperty('--_at', `${100 * Math.min(1, waitsAtSeconds / durationSeconds)}%`);
  update();
  return { root, update, dispose: () => wave.dispose() };
}
