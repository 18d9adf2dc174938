import { fireEvent } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { mount } from './mount.ts';
import { sampleAccess, sampleCall } from './sample-states.ts';

describe('transport', () => {
  it('plays and pauses, and its button follows the state, not the click', async () => {
    const { inside, player } = mount({ status: 'paused', ...sampleCall() });
    await userEvent.click(inside.getByRole('button', { name: 'Play' }));
    expect(player.calls).toEqual([['play']]);
    expect(inside.getByRole('button', { name: 'Play' })).toBeVisible();
    player.become({ status: 'playing', ...sampleCall() });
    await userEvent.click(inside.getByRole('button', { name: 'Pause' }));
    expect(player.calls).toEqual([['play'], ['pause']]);
  });

  it('goes back and forward by the seek step, inside the recording', async () => {
    const { inside, player } = mount({ status: 'paused', ...sampleCall({ positionSeconds: 5 }) }, element =>
      element.setAttribute('seek-step', '15'),
    );
    await userEvent.click(inside.getByRole('button', { name: 'Back 15 seconds' }));
    await userEvent.click(inside.getByRole('button', { name: 'Forward 15 seconds' }));
    expect(player.calls).toEqual([
      ['seek', 0],
      ['seek', 20],
    ]);
  });

  it.each(['', '-3', 'ten'])('keeps ten seconds when the seek step is "%s"', step => {
    const { inside } = mount({ status: 'paused', ...sampleCall() }, element =>
      element.setAttribute('seek-step', step),
    );
    expect(inside.getByRole('button', { name: 'Back 10 seconds' })).toBeVisible();
  });

  it('shows place and length', () => {
    const { root, player } = mount({ status: 'paused', ...sampleCall() });
    expect(root.querySelector('[part="time"]')).toHaveTextContent('4:03 / 12:38');
    player.become({ status: 'paused', ...sampleCall({ positionSeconds: 3725, durationSeconds: 4000 }) });
    expect(root.querySelector('[part="time"]')).toHaveTextContent('1:02:05 / 1:06:40');
  });

  it('sets speed and volume', async () => {
    const { inside, player } = mount({ status: 'paused', ...sampleCall() });
    await userEvent.click(inside.getByRole('button', { name: 'Speed and sound, 1.25×' }));
    expect(await inside.findByRole('radio', { name: '1.25×' })).toBeChecked();
    await userEvent.click(inside.getByRole('radio', { name: '1.5×' }));
    await userEvent.keyboard('{Escape}');
    await userEvent.click(inside.getByRole('button', { name: 'Mute' }));
    fireEvent.input(inside.getByRole('slider', { name: 'Volume' }), { target: { value: '35' } });
    expect(player.calls).toEqual([
      ['set', { playbackRate: 1.5 }],
      ['set', { muted: true }],
      ['set', { volume: 0.35, muted: false }],
    ]);
  });

  it('shows a speed that is not in its list', async () => {
    const { inside } = mount({ status: 'paused', ...sampleCall({ playbackRate: 1.1 }) });
    inside.getByRole('button', { name: 'Speed and sound, 1.1×' }).click();
    expect(await inside.findByRole('radio', { name: '1.1×' })).toBeChecked();
  });

  it('says that it fetches sound while it waits for it', () => {
    const { inside } = mount({ status: 'waiting', cause: 'buffering', ...sampleCall() });
    expect(inside.getByText('Fetching the sound…')).toBeVisible();
    expect(inside.getByRole('button', { name: 'Pause' })).toBeVisible();
  });

  it('keeps the volume under "More controls" in a narrow place', async () => {
    const { element, inside } = mount({ status: 'paused', ...sampleCall() });
    element.style.inlineSize = '390px';
    expect(inside.queryByRole('slider', { name: 'Volume' })).toBeNull();
    await userEvent.click(inside.getByRole('button', { name: 'More controls', expanded: false }));
    expect(inside.getByRole('slider', { name: 'Volume' })).toBeVisible();
    expect(inside.getByRole('button', { name: 'More controls', expanded: true })).toBeVisible();
  });

  it('has every control in the compact layout of a wide place', () => {
    const { element, inside } = mount({ status: 'paused', ...sampleCall() }, element =>
      element.setAttribute('layout', 'compact'),
    );
    expect(element.getBoundingClientRect().width).toBeLessThan(360);
    for (const name of ['Play', 'Back 10 seconds', 'Forward 10 seconds', 'Lock', 'More controls']) {
      expect(inside.getByRole('button', { name })).toBeVisible();
    }
    expect(inside.getByText('On record', { selector: '.foot-short' })).toBeVisible();
  });

  it('is built once: a new snapshot leaves controls and focus where they are', async () => {
    const { inside, player, focused } = mount({ status: 'playing', ...sampleCall() });
    const speed = inside.getByRole('button', { name: 'Speed and sound, 1.25×' });
    speed.focus();
    player.become({ status: 'waiting', cause: 'buffering', ...sampleCall({ positionSeconds: 250 }) });
    player.become({ status: 'playing', ...sampleCall({ positionSeconds: 251 }) });
    expect(inside.getByRole('button', { name: 'Speed and sound, 1.25×' })).toBe(speed);
    expect(focused()).toBe(speed);
  });
});

describe('conversation line', () => {
  it('is a native slider that says its place in words', () => {
    const { inside } = mount({ status: 'paused', ...sampleCall() });
    const line = inside.getByRole('slider', { name: 'Position in the call' });
    expect(line).toHaveAttribute('aria-valuetext', '4 minutes 3 seconds of 12 minutes 38 seconds');
    expect(line).toHaveValue('243');
  });

  it('seeks when the hand lets go, and not before', () => {
    const { inside, player, root } = mount({ status: 'playing', ...sampleCall() });
    const line = inside.getByRole('slider', { name: 'Position in the call' });
    fireEvent.input(line, { target: { value: '300' } });
    player.become({ status: 'playing', ...sampleCall({ positionSeconds: 244 }) });
    expect(root.querySelector('.pill')).toHaveTextContent('5:00');
    expect(player.calls).toEqual([]);
    fireEvent.change(line);
    expect(player.calls).toEqual([['seek', 300]]);
  });

  it('does not have a screen reader say every second', () => {
    const { inside, player } = mount({ status: 'playing', ...sampleCall() });
    const line = inside.getByRole('slider', { name: 'Position in the call' });
    line.focus();
    player.become({ status: 'playing', ...sampleCall({ positionSeconds: 244 }) });
    expect(line).toHaveValue('243');
    player.become({ status: 'playing', ...sampleCall({ positionSeconds: 300 }) });
    expect(line).toHaveAttribute('aria-valuetext', '5 minutes of 12 minutes 38 seconds');
  });

  it('runs left to right in every direction', () => {
    const { element, root } = mount({ status: 'paused', ...sampleCall() });
    element.dir = 'rtl';
    for (const selector of ['.seek', '.core', '.clock']) {
      const part = root.querySelector(selector);
      expect(part && getComputedStyle(part).direction).toBe('ltr');
    }
    const header = root.querySelector('.header');
    expect(header && getComputedStyle(header).direction).toBe('rtl');
  });
});

describe('header and footer', () => {
  it('say until when, and under whose name', () => {
    const { inside, root } = mount({ status: 'paused', ...sampleCall() });
    expect(inside.getByText('On record', { selector: '.chip span' })).toBeVisible();
    expect(root.querySelector('[part="access-chip"]')).toHaveTextContent(/^Access ends \d\d:\d\d · 26 min$/);
    expect(root.querySelector('[part="footer"]')).toHaveTextContent(
      'Listening as Anna Lind, 1177 Region X. Purpose: follow-up of care. What you hear is recorded.',
    );
  });

  it('make the last five minutes stand out', () => {
    const { root, player } = mount({ status: 'paused', ...sampleCall() });
    const chip = root.querySelector('[part="access-chip"]');
    expect(chip).not.toHaveClass('ending');
    player.become({ status: 'paused', ...sampleCall({ access: sampleAccess(4) }) });
    expect(chip).toHaveClass('ending');
  });

  it('lock on request', async () => {
    const { inside, player } = mount({ status: 'paused', ...sampleCall() });
    await userEvent.click(inside.getByRole('button', { name: 'Lock' }));
    expect(player.calls).toEqual([['lock']]);
  });

  it('lead to the record only where the host shows one', async () => {
    const opened: string[] = [];
    const { element, inside } = mount({ status: 'paused', ...sampleCall() });
    expect(inside.queryByRole('button', { name: 'What is recorded' })).toBeNull();
    element.actions = { showRecord: state => opened.push(state.status) };
    await userEvent.click(inside.getByRole('button', { name: 'What is recorded' }));
    expect(opened).toEqual(['paused']);
  });
});
