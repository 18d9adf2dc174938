import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { mount } from './mount.ts';
import { openReview } from './open-call.ts';
import { sampleCall } from './sample-states.ts';

describe('keys', () => {
  it('are the host’s where it says so, and the others stay', async () => {
    const { inside, player } = mount({ status: 'paused', ...sampleCall() }, element => {
      element.bindings = { togglePlay: ['x'], toggleMuted: [] };
    });
    inside.getByRole('slider', { name: 'Position in the call' }).focus();
    await userEvent.keyboard('kmxl');
    expect(player.calls).toEqual([['play'], ['seek', 253]]);
  });

  it('are listed under ?, as they are now, and focus comes back', async () => {
    const { inside, focused } = mount({ status: 'paused', ...sampleCall() }, element => {
      element.bindings = { togglePlay: ['x'] };
    });
    const play = inside.getByRole('button', { name: 'Play' });
    play.focus();
    await userEvent.keyboard('?');
    const dialog = await inside.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(dialog).toBeVisible();
    expect(inside.getByText('Play or pause').previousElementSibling).toHaveTextContent('X');
    await userEvent.keyboard('l');
    await userEvent.click(inside.getByRole('button', { name: 'Close' }));
    expect(dialog).not.toBeVisible();
    expect(focused()).toBe(play);
  });

  it('t shows and hides the transcript', async () => {
    const { inside, root } = await openReview();
    inside.getByRole('button', { name: 'Pause' }).focus();
    expect(root.querySelector('.panels')).toBeVisible();
    await userEvent.keyboard('t');
    expect(root.querySelector('.panels')).not.toBeVisible();
    await userEvent.keyboard('t');
    expect(root.querySelector('.panels')).toBeVisible();
  });
});
