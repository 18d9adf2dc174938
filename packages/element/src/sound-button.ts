import type * as callExtras from './call-extras.ts';
import { h, setText } from './h.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';
import type { SoundPanel } from './sound-panel.ts';

/** Fetched when someone asks for it. */
export const loadExtras = (): Promise<typeof callExtras> => import('./call-extras.ts');

export interface SoundButton {
  /** Tells the speed, and opens speeds and everything about how the call sounds. */
  readonly root: HTMLElement;
  update(state: OpenState): void;
}

export function soundButton(context: ScreenContext): SoundButton {
  const { words } = context;
  let panel: SoundPanel | undefined;
  let latest: OpenState | undefined;
  const show = async (): Promise<void> => {
    if (panel === undefined) {
      const { adoptExtras, soundPanel } = await loadExtras();
      // Meanwhile the call may have been locked.
      if (!root.isConnected) return;
      adoptExtras(root);
      panel ??= soundPanel(context, button);
      root.append(panel.root);
    }
    if (latest !== undefined) panel.update(latest);
    panel.root.togglePopover();
  };
  const button = h('button', {
    class: 'toggle',
    part: 'speed',
    dir: 'ltr',
    'aria-haspopup': 'dialog',
    'aria-expanded': 'false',
    onclick: () => void show().catch(reportError),
  });
  const root = h('span', { class: 'speed' }, button);
  const update = (state: OpenState): void => {
    latest = state;
    const text = words.rate(state.playbackRate);
    setText(button, text);
    button.setAttribute('aria-label', `${words.say('sound')}, ${text}`);
    panel?.update(state);
  };
  return { root, update };
}
