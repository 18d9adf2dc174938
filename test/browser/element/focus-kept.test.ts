/** Whatever the call comes to, focus that was in the element stays in it, and typed text stays there too. */
import type { PlayerState } from '@secure-call/player';
import { describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import { mount } from './mount.ts';
import { openReview } from './open-call.ts';
import { sampleCall, sampleStates } from './sample-states.ts';

const states: Readonly<Record<string, PlayerState>> = {
  ...sampleStates(),
  reading: { status: 'playing', ...sampleCall({ transcript: 'open', loopRange: [220, 260] }) },
  'one voice': { status: 'paused', ...sampleCall({ channels: sampleCall().channels.slice(0, 1) }) },
};
const controls = 'button, input, select, [tabindex="0"]';

describe.each(Object.keys(states))('from %s', from => {
  it.each(Object.keys(states))('to %s, focus is kept by every control', to => {
    const [before, after] = [states[from], states[to]];
    if (before === undefined || after === undefined) throw new Error('No such state.');
    const { player, root, element, focused } = mount(before);
    const places = [...root.querySelectorAll(controls)].keys();
    for (const place of places) {
      player.become(before);
      const control = [...root.querySelectorAll<HTMLElement>(controls)][place];
      control?.focus();
      if (focused() === null) continue;
      player.become(after);
      expect(document.activeElement, control?.className).toBe(element);
      expect(focused()?.isConnected, control?.className).toBe(true);
    }
  });
});

describe('typed text never reaches the host', () => {
  const keysOutside = (): string[] => {
    const seen: string[] = [];
    const listener = (event: KeyboardEvent): void => void seen.push(`${event.type} ${event.key}`);
    for (const type of ['keydown', 'keypress', 'keyup'] as const) {
      document.addEventListener(type, listener);
      onTestFinished(() => document.removeEventListener(type, listener));
    }
    return seen;
  };

  it('from the search of the transcript', async () => {
    const { inside } = await openReview();
    const outside = keysOutside();
    const field = inside.getByRole('searchbox', { name: 'Search the transcript' });
    await userEvent.type(field, 'fever k?n');
    expect(field).toHaveValue('fever k?n');
    expect(outside.filter(key => !key.includes('Shift'))).toEqual([]);
  });

  it('from the words of an emergency', async () => {
    const { inside } = mount({ status: 'idle' });
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    await userEvent.click(inside.getByRole('button', { name: 'Emergency access' }));
    const outside = keysOutside();
    const field = inside.getByRole('textbox', { name: /What is the emergency/ });
    await userEvent.type(field, 'km /');
    expect(field).toHaveValue('km /');
    expect(outside.filter(key => !key.includes('Shift'))).toEqual([]);
  });
});
