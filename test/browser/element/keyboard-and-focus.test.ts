import { fireEvent } from '@testing-library/dom';
import { describe, expect, it, onTestFinished } from 'vitest';
import { userEvent } from 'vitest/browser';
import { mount, type Mounted } from './mount.ts';
import { sampleAccess, sampleCall } from './sample-states.ts';

function openCall(hotkeys = 'focus'): Mounted {
  return mount({ status: 'paused', ...sampleCall() }, element => element.setAttribute('hotkeys', hotkeys));
}

/** Keys that reach the host's page. */
function keysOutside(): string[] {
  const seen: string[] = [];
  const listener = (event: KeyboardEvent): void => void seen.push(event.key);
  document.addEventListener('keydown', listener);
  onTestFinished(() => document.removeEventListener('keydown', listener));
  return seen;
}

describe('keys', () => {
  it.each([
    ['k', ['play']],
    [' ', ['play']],
    ['j', ['seek', 233]],
    ['l', ['seek', 253]],
    ['L', ['seek', 253]],
    ['ArrowLeft', ['seek', 238]],
    ['ArrowRight', ['seek', 248]],
    ['ArrowUp', ['seek', 248]],
    ['PageDown', ['seek', 213]],
    ['Home', ['seek', 0]],
    ['End', ['seek', 758]],
    ['m', ['set', { muted: true }]],
    ['<', ['set', { playbackRate: 1 }]],
    ['>', ['set', { playbackRate: 1.5 }]],
  ])('%j on the conversation line', async (key, asked) => {
    const outside = keysOutside();
    const { inside, player } = openCall();
    inside.getByRole('slider', { name: 'Position in the call' }).focus();
    await userEvent.keyboard(key.length > 1 ? `{${key}}` : key);
    expect(player.calls).toEqual([asked]);
    expect(outside.filter(name => name !== 'Shift')).toEqual([]);
  });

  it('space presses the button that has focus, once', async () => {
    const { inside, player } = openCall();
    inside.getByRole('button', { name: 'Back 10 seconds' }).focus();
    await userEvent.keyboard(' ');
    expect(player.calls).toEqual([['seek', 233]]);
  });

  it('leaves arrows to the volume', async () => {
    const { inside, player } = openCall();
    inside.getByRole('slider', { name: 'Volume' }).focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(player.calls).toEqual([['set', { volume: 0.75, muted: false }]]);
  });

  it('work only while focus is inside', async () => {
    const { player } = openCall();
    await userEvent.keyboard('k');
    expect(player.calls).toEqual([]);
  });

  it('leave shortcuts of browser and host alone', () => {
    const { inside, player } = openCall();
    const isUntouched = fireEvent.keyDown(inside.getByRole('button', { name: 'Play' }), {
      key: 'l',
      ctrlKey: true,
    });
    expect(isUntouched).toBe(true);
    expect(player.calls).toEqual([]);
  });

  it('can be switched off', async () => {
    const outside = keysOutside();
    const { inside, player } = openCall('off');
    inside.getByRole('button', { name: 'Play' }).focus();
    await userEvent.keyboard('l');
    expect(player.calls).toEqual([]);
    expect(outside).toEqual(['l']);
  });

  it('typed into the form never reach the host', async () => {
    const outside = keysOutside();
    const { inside } = mount();
    await userEvent.click(inside.getByRole('button', { name: 'Listen to the call' }));
    const note = inside.getByRole('textbox', { name: /Note/ });
    await userEvent.type(note, 'k?');
    expect(note).toHaveValue('k?');
    expect(outside.filter(name => name !== 'Shift')).toEqual([]);
  });
});

describe('focus', () => {
  it('goes to the heading of the state that took the controls away, and back to play', () => {
    const { inside, player, focused } = openCall();
    inside.getByRole('button', { name: 'Lock' }).focus();
    player.become({ status: 'locked', positionSeconds: 243, access: sampleAccess() });
    expect(focused()).toBe(inside.getByRole('heading', { name: 'Locked' }));
    inside.getByRole('button', { name: 'Continue listening' }).focus();
    player.become({ status: 'playing', ...sampleCall() });
    expect(focused()).toBe(inside.getByRole('button', { name: 'Pause' }));
  });

  it('stays with the host when it was not inside', () => {
    const { player, focused } = openCall();
    player.become({ status: 'locked', positionSeconds: 243, access: sampleAccess() });
    expect(focused()).toBeNull();
    expect(document.activeElement).toBe(document.body);
  });

  it('reaches every control of an open call by Tab, in the order of the page', async () => {
    const { inside, focused } = openCall();
    const order: string[] = [];
    inside.getByRole('button', { name: 'Lock' }).focus();
    for (let step = 0; step < 21; step += 1) {
      order.push(focused()?.getAttribute('aria-label') ?? '');
      await userEvent.tab();
    }
    expect(order).toEqual([
      'Lock',
      'Mute caller',
      'Caller volume',
      'Solo caller',
      'Mute nurse',
      'Nurse volume',
      'Solo nurse',
      'Position in the call',
      'Zoom out',
      'Length of the part shown',
      'Zoom in',
      'Beginning of the part shown',
      'Back 10 seconds',
      'Play',
      'Forward 10 seconds',
      'Speed and sound, 1.25×',
      'Loop A–B',
      'Clearer speech',
      'Keyboard shortcuts',
      'Mute',
      'Volume',
    ]);
  });
});

describe('status region', () => {
  it('says states, the last of several, and not the time', async () => {
    const { inside, player } = openCall();
    const status = inside.getByRole('status');
    player.become({ status: 'paused', ...sampleCall({ positionSeconds: 244 }) });
    player.become({ status: 'waiting', cause: 'offline', ...sampleCall() });
    player.become({ status: 'locked', positionSeconds: 243, access: sampleAccess() });
    await expect.poll(() => status.textContent).toMatch(/^Locked\. The sound is paused/);
  });

  it('says nothing when the element appears', () => {
    const { inside } = openCall();
    expect(inside.getByRole('status')).toBeEmptyDOMElement();
  });

  it('says a new speed', async () => {
    const { inside } = openCall();
    inside.getByRole('button', { name: 'Play' }).focus();
    await userEvent.keyboard('>');
    await expect.poll(() => inside.getByRole('status').textContent).toBe('1.5×');
  });
});
