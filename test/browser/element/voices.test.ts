import { fireEvent } from '@testing-library/dom';
import type { ChannelState } from '@secure-call/player';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { mount, patiently, type Mounted } from './mount.ts';
import { sampleCall, sampleChannel } from './sample-states.ts';

const both = [sampleChannel('caller'), sampleChannel('nurse')];
const onlyCaller = [sampleChannel('caller'), sampleChannel('nurse', { muted: true })];

function open(channels: readonly ChannelState[] = both, lang = 'en'): Mounted {
  return mount({ status: 'paused', ...sampleCall({ channels }) }, element =>
    element.setAttribute('lang', lang),
  );
}

describe('voices', () => {
  it('are muted and heard again', async () => {
    const { inside, player } = open();
    const mute = inside.getByRole('button', { name: 'Mute nurse', pressed: false });
    await userEvent.click(mute);
    expect(player.calls).toEqual([['setChannel', 1, { muted: true }]]);
    player.become({ status: 'paused', ...sampleCall({ channels: onlyCaller }) });
    await userEvent.click(inside.getByRole('button', { name: 'Mute nurse', pressed: true }));
    expect(player.calls[1]).toEqual(['setChannel', 1, { muted: false }]);
  });

  it('have a level that reaches twice the recorded one', () => {
    const { inside, player } = open([sampleChannel('caller', { gain: 1.4 }), sampleChannel('nurse')]);
    const level = inside.getByRole('slider', { name: 'Caller volume' });
    expect(level).toHaveValue('140');
    expect(level).toHaveAttribute('aria-valuetext', '140 %');
    fireEvent.input(level, { target: { value: '200' } });
    expect(player.calls).toEqual([['setChannel', 0, { gain: 2 }]]);
  });

  it('are heard alone, and together again', async () => {
    const { inside, player } = open();
    await userEvent.click(inside.getByRole('button', { name: 'Solo caller', pressed: false }));
    expect(player.calls).toEqual([['setChannel', 1, { muted: true }]]);
    player.become({ status: 'paused', ...sampleCall({ channels: onlyCaller }) });
    expect(inside.getByRole('button', { name: 'Solo nurse' })).toHaveAttribute('aria-pressed', 'false');
    await userEvent.click(inside.getByRole('button', { name: 'Solo caller', pressed: true }));
    expect(player.calls[1]).toEqual(['setChannel', 1, { muted: false }]);
  });

  it('change places in solo with one press', async () => {
    const { inside, player } = open(onlyCaller);
    await userEvent.click(inside.getByRole('button', { name: 'Solo nurse' }));
    expect(player.calls).toEqual([
      ['setChannel', 0, { muted: true }],
      ['setChannel', 1, { muted: false }],
    ]);
  });

  it('are pressed by keyboard', async () => {
    const { inside, player } = open();
    inside.getByRole('button', { name: 'Solo nurse' }).focus();
    await userEvent.keyboard(' ');
    inside.getByRole('slider', { name: 'Nurse volume' }).focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(player.calls).toEqual([
      ['setChannel', 0, { muted: true }],
      ['setChannel', 1, { gain: 1.1 }],
    ]);
  });

  it('speak Swedish', async () => {
    const { inside } = open(both, 'sv');
    expect(await inside.findByRole('button', { name: 'Ljud av för uppringaren' })).toBeVisible();
    expect(inside.getByRole('slider', { name: 'Volym för sjuksköterskan' })).toBeVisible();
    expect(inside.getByRole('button', { name: 'Solo för uppringaren' })).toBeVisible();
  });

  it("go by the channel's own role where the element has no word for it", () => {
    const { inside } = open([...both, sampleChannel('interpreter')]);
    expect(inside.getByRole('button', { name: 'Mute interpreter' })).toBeVisible();
  });

  it('are left out where there is one channel: the volume does the same', () => {
    const { root, inside } = open([sampleChannel('both')]);
    expect(root.querySelector('.channel')).toBeNull();
    expect(inside.getByRole('slider', { name: 'Volume' })).toBeVisible();
  });

  it('are under "More controls" in a narrow place, after the transport, and in a legend', async () => {
    await page.viewport(390, 800);
    const { inside, root } = open();
    expect(root.querySelector('.legend')).toHaveTextContent('CallerNurse');
    expect(inside.queryByRole('button', { name: 'Mute caller' })).toBeNull();
    await userEvent.click(inside.getByRole('button', { name: 'More controls' }));
    expect(inside.getByRole('button', { name: 'Mute caller' })).toBeVisible();
    await expect
      .poll(
        () => root.querySelector('.transport')?.nextElementSibling?.classList.contains('channels'),
        patiently,
      )
      .toBe(true);
  });
});
