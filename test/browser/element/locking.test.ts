import { fireEvent } from '@testing-library/dom';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { mount, type Mounted } from './mount.ts';
import { sampleAccess, sampleCall } from './sample-states.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function openCall(idleSeconds: string): Mounted {
  return mount({ status: 'playing', ...sampleCall({ access: sampleAccess(60) }) }, element =>
    element.setAttribute('idle-timeout', idleSeconds),
  );
}

describe('idle lock', () => {
  it('warns for twenty seconds and locks', () => {
    const { inside, player } = openCall('120');
    vi.advanceTimersByTime(99_000);
    expect(inside.queryByText('Locks in 20 s')).toBeNull();
    vi.advanceTimersByTime(1000);
    expect(inside.getByText('Locks in 20 s')).toBeVisible();
    expect(inside.getByText(/Press any key/, { selector: '.lock-warning' })).toBeVisible();
    vi.advanceTimersByTime(12_000);
    expect(inside.getByText('Locks in 8 s')).toBeVisible();
    expect(player.calls).toEqual([]);
    vi.advanceTimersByTime(8000);
    expect(player.calls).toEqual([['lock']]);
    expect(inside.queryByText(/Press any key/, { selector: '.lock-warning' })).toBeNull();
  });

  it('counts input anywhere on the page, and begins anew', () => {
    const { inside, player } = openCall('120');
    vi.advanceTimersByTime(110_000);
    fireEvent.keyDown(document.body, { key: 'a' });
    expect(inside.queryByText(/Press any key/, { selector: '.lock-warning' })).toBeNull();
    vi.advanceTimersByTime(119_000);
    expect(player.calls).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(player.calls).toEqual([['lock']]);
  });

  it('says the warning once', () => {
    const { inside } = openCall('120');
    vi.advanceTimersByTime(100_000 + 300);
    expect(inside.getByRole('status')).toHaveTextContent('Locks in 20 s. Press any key to stay.');
    vi.advanceTimersByTime(5000);
    expect(inside.getByRole('status')).toHaveTextContent('Locks in 20 s. Press any key to stay.');
  });

  it('never locks with 0, nor while nothing is open', () => {
    const open = openCall('0');
    const closed = mount({ status: 'idle' }, element => element.setAttribute('idle-timeout', '30'));
    vi.advanceTimersByTime(3_600_000);
    expect([...open.player.calls, ...closed.player.calls]).toEqual([]);
  });

  it('locks after fifteen minutes when the host says nothing', () => {
    const { player } = mount({ status: 'playing', ...sampleCall({ access: sampleAccess(60) }) });
    vi.advanceTimersByTime(899_000);
    expect(player.calls).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(player.calls).toEqual([['lock']]);
  });

  it('leaves no timer behind', async () => {
    const { element } = openCall('120');
    element.remove();
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('words of the lock', () => {
  const lockedNow = { status: 'locked', positionSeconds: 3, access: sampleAccess() } as const;

  it('tells a lock by absence from one that was asked for', () => {
    const { element, inside, player } = openCall('120');
    vi.advanceTimersByTime(120_000);
    player.become(lockedNow);
    expect(inside.getByRole('heading')).toHaveTextContent(/^Locked while you were away$/);
    expect(inside.getByText('The sound is paused at 0:03. Nothing more has been played.')).toBeVisible();
    player.become({ status: 'playing', ...sampleCall() });
    element.lock();
    player.become(lockedNow);
    expect(inside.getByRole('heading')).toHaveTextContent(/^Locked$/);
    expect(inside.getByText('The sound is paused at 0:03.')).toBeVisible();
  });
});

describe('lock on hidden', () => {
  it.each([
    [true, [['lock']]],
    [false, []],
  ])('with the attribute %s', (isSet, asked) => {
    const { element, player } = mount({ status: 'playing', ...sampleCall() });
    element.toggleAttribute('lock-on-hidden', isSet);
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    onTestFinished(() => hidden.mockRestore());
    fireEvent(document, new Event('visibilitychange'));
    expect(player.calls).toEqual(asked);
  });
});

describe('time left', () => {
  it('counts down by minutes and is said at five and at one', () => {
    const { inside, root } = mount(
      { status: 'playing', ...sampleCall({ access: sampleAccess(6) }) },
      element => element.setAttribute('idle-timeout', '0'),
    );
    const chip = root.querySelector('[part="access-chip"]');
    expect(chip).toHaveTextContent('6 min');
    vi.advanceTimersByTime(60_000 + 300);
    expect(chip).toHaveTextContent('5 min');
    expect(inside.getByRole('status')).toHaveTextContent('5 minutes left.');
    vi.advanceTimersByTime(240_000);
    expect(chip).toHaveTextContent('1 min');
    expect(inside.getByRole('status')).toHaveTextContent('1 minute left.');
  });
});
