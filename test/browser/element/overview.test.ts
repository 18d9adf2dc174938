import { fireEvent } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { nextFrames } from './drawn-bars.ts';
import { mount, patiently, type Mounted } from './mount.ts';
import { playTo } from './open-call.ts';
import { conversationPeaks, samplePeaks } from './sample-peaks.ts';
import { sampleCall } from './sample-states.ts';

async function open(positionSeconds = 243, durationSeconds = 758): Promise<Mounted> {
  const mounted = mount({ status: 'paused', ...sampleCall({ positionSeconds, durationSeconds }) });
  mounted.player.peaks = conversationPeaks(durationSeconds);
  mounted.player.become(mounted.player.state);
  await nextFrames(3);
  return mounted;
}

/** First and last second that the lanes show. */
function part({ root }: Mounted): readonly [number, number] {
  const input = root.querySelector<HTMLInputElement>('.seek-input');
  return [Number(input?.min), Number(input?.max)];
}

describe('the part that the lanes show', () => {
  it('is three minutes where there is room for them, with the playhead in it', async () => {
    const [from, to] = part(await open());
    expect(to - from).toBe(180);
    expect(from).toBeLessThan(243);
    expect(to).toBeGreaterThan(243);
  });

  it('is the whole of a short recording, without an overview', async () => {
    const mounted = await open(10, 100);
    expect(part(mounted)).toEqual([0, 100]);
    expect(mounted.root.querySelector('.overview')).not.toBeVisible();
  });

  it('stays while the playhead moves in it, and moves on when it leaves', async () => {
    const mounted = await open();
    const [from, to] = part(mounted);
    playTo(mounted, to - 1);
    expect(part(mounted)).toEqual([from, to]);
    playTo(mounted, to + 1);
    expect(part(mounted)[0]).toBeGreaterThan(from);
    expect(part(mounted)[0]).toBeLessThan(to);
  });

  it('is moved by hand, stays there while the sound goes on, and comes back with a seek', async () => {
    const mounted = await open();
    fireEvent.input(mounted.inside.getByRole('slider', { name: 'Beginning of the part shown' }), {
      target: { value: '500' },
    });
    expect(part(mounted)).toEqual([500, 680]);
    expect(mounted.root.querySelector('.seek .line')).toHaveClass('away');
    playTo(mounted, 243.5);
    playTo(mounted, 244.5);
    expect(part(mounted)).toEqual([500, 680]);
    playTo(mounted, 100);
    expect(part(mounted)[0]).toBeLessThan(100);
    expect(mounted.root.querySelector('.seek .line')).not.toHaveClass('away');
  });

  it('is made longer and shorter round the playhead', async () => {
    const mounted = await open();
    await userEvent.click(mounted.inside.getByRole('button', { name: 'Zoom in' }));
    const [from, to] = part(mounted);
    expect(to - from).toBe(120);
    expect(from).toBeLessThan(243);
    expect(to).toBeGreaterThan(243);
    const zoom = mounted.inside.getByRole('slider', { name: 'Length of the part shown' });
    expect(zoom).toHaveAttribute('aria-valuetext', '2 minutes');
    fireEvent.input(zoom, { target: { value: (zoom as HTMLInputElement).max } });
    expect(part(mounted)).toEqual([0, 758]);
  });

  it('tells its ends in words', async () => {
    const { inside } = await open(0);
    const move = inside.getByRole('slider', { name: 'Beginning of the part shown' });
    expect(move).toHaveAttribute('aria-valuetext', '0 seconds – 3 minutes');
    expect(move).toHaveAttribute('max', '578');
  });

  it('is a frame as wide as its share of the call', async () => {
    const { root } = await open();
    const overview = root.querySelector<HTMLElement>('.overview');
    const width = Number.parseFloat(overview?.style.getPropertyValue('--_window') ?? '');
    expect(width).toBeCloseTo((180 / 758) * (overview?.clientWidth ?? 0), 0);
  });
});

describe('an overview of three hours', () => {
  it('shows the whole call', async () => {
    await page.viewport(1200, 900);
    const { player, root } = mount({ status: 'paused', ...sampleCall({ durationSeconds: 10_800 }) });
    // Loud in the last hour only.
    player.peaks = samplePeaks(10_800, seconds => (seconds < 7200 ? 0 : 200));
    player.become(player.state);
    const overview = root.querySelector('.overview');
    await expect.poll(() => overview?.querySelectorAll('canvas').length, patiently).toBe(2);
    await nextFrames(3);
    const canvas = overview?.querySelector<HTMLCanvasElement>('canvas:not(.played-bars)');
    if (canvas === null || canvas === undefined) throw new Error('There is no overview.');
    const { width, height } = canvas;
    const drawn = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    const columns = Array.from({ length: width }, (_, x) =>
      Array.from({ length: height }, (_, y) => drawn[4 * (y * width + x) + 3] ?? 0).some(alpha => alpha > 0),
    );
    expect(columns.indexOf(true) / width).toBeCloseTo(2 / 3, 1);
    expect(columns.lastIndexOf(true) / width).toBeGreaterThan(0.98);
  });
});
