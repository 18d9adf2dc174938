import { h } from './h.ts';
import { type KeyAction, type KeyBindings } from './hotkeys.ts';
import type { ScreenContext } from './screen.ts';

/** The keys and what they do. */
export function helpDialog({ words }: ScreenContext, bindings: KeyBindings): HTMLDialogElement {
  const row = ([action, keys]: [string, readonly string[]]): HTMLElement[] => {
    const name = `keys${action.charAt(0).toUpperCase()}${action.slice(1)}`;
    const text = words.has(name) ? words.say(name) : action;
    const names = keys.map(key => h('kbd', {}, key === ' ' ? '␣' : key.toUpperCase()));
    return keys.length === 0 ? [] : [h('dt', {}, ...names), h('dd', {}, text)];
  };
  const rows = (Object.entries(bindings) as [KeyAction, KeyBindings[KeyAction]][]).flatMap(row);
  const dialog = h(
    'dialog',
    { class: 'help', part: 'help', 'aria-labelledby': 'help-title' },
    h('h3', { id: 'help-title' }, words.say('help')),
    h('dl', { dir: 'auto' }, ...rows),
    h('button', { class: 'button', onclick: () => dialog.close() }, words.say('close')),
  );
  return dialog;
}
