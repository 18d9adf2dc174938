/** Colours of the host's that nobody could read are told to whoever develops with them, and no others. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { unreadableColours, warnOfUnreadable } from '../../../packages/element/src/theme-contrast.ts';
import { mount } from './mount.ts';

const pairs = (element: HTMLElement): string[] =>
  unreadableColours(element).map(({ front, back, scheme }) => `${front} on ${back}, ${scheme}`);

function themed(colours: Readonly<Record<string, string>>): HTMLElement {
  const { element } = mount();
  for (const [name, value] of Object.entries(colours)) element.style.setProperty(name, value);
  return element;
}

it('our own colours are readable in both schemes', () => {
  const names = [
    'surface',
    'raise',
    'ink',
    'hover',
    'caller',
    'nurse',
    'caller-soft',
    'focus',
    'line-strong',
  ];
  const style = getComputedStyle(mount().element);
  const own = Object.fromEntries(names.map(name => [`--scp-${name}`, style.getPropertyValue(`--_${name}`)]));
  expect(Object.values(own)).not.toContain('');
  expect(pairs(themed({ ...own, 'color-scheme': 'light dark' }))).toEqual([]);
});

it('a colour for one scheme is not readable in the other', () => {
  expect(pairs(themed({ '--scp-caller': '#a6480f', 'color-scheme': 'light' }))).toEqual([]);
  expect(pairs(themed({ '--scp-caller': '#5a2808', 'color-scheme': 'light dark' }))).toEqual([
    'caller on surface, dark',
  ]);
  expect(
    pairs(themed({ '--scp-nurse': 'light-dark(#0f5e80, #7cc4e4)', 'color-scheme': 'light dark' })),
  ).toEqual([]);
});

it('a surface counts for all that lies on it', () => {
  const found = pairs(themed({ '--scp-surface': '#16202a', 'color-scheme': 'light' }));
  expect(found).toContain('ink on surface, light');
  expect(found).toContain('nurse on surface, light');
});

it('the warning says what, where, and what is needed', () => {
  const warned = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  onTestFinished(() => warned.mockRestore());
  warnOfUnreadable(themed({ '--scp-ink-3': '#bbbbbb', 'color-scheme': 'light' }));
  expect(warned.mock.calls).toEqual([
    [
      '<secure-call-player>: --scp-ink-3 on --scp-surface has a contrast of 1.9:1 in the light scheme; it needs 4.5:1.',
    ],
  ]);
});
