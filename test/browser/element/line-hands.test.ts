/** What hands do on the conversation line besides seeking: two fingers, and the ends of the loop. */
import { fireEvent } from '@testing-library/dom';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { nextFrames } from './drawn-bars.ts';
import { emulateTouch } from './emulation.ts';
import { mount, patiently, type Mounted } from './mount.ts';
import { openReview, playTo } from './open-call.ts';
import { sampleCall } from './sample-states.ts';

const seek = ({ inside }: Mounted): HTMLInputElement =>
  inside.getByRole<HTMLInputElement>('slider', { name: 'Position in the call' });
const shown = (mounted: Mounted): number[] => [Number(seek(mounted).min), Number(seek(mounted).max)];

/** A finger at a share of the line. */
function finger(mounted: Mounted, type: string, pointerId: number, share: number): void {
  const { left, width, top } = seek(mounted).getBoundingClientRect();
  const place = { clientX: left + share * width, clientY: top + 20, bubbles: true, composed: true };
  seek(mounted).dispatchEvent(new PointerEvent(type, { ...place, pointerId, pointerType: 'touch' }));
}

/** A review on a touch screen, its lanes ready for fingers. */
async function openTouched(): Promise<Mounted> {
  await emulateTouch();
  const mounted = await openReview({ loopRange: [220, 260] });
  await expect.poll(() => mounted.root.querySelector('.loop-end'), patiently).not.toBeNull();
  return mounted;
}

describe('two fingers', () => {
  it('spread the line around where they are, and seek nowhere', async () => {
    const mounted = await openTouched();
    const [from = 0, to = 0] = shown(mounted);
    const span = to - from;
    finger(mounted, 'pointerdown', 1, 0.4);
    finger(mounted, 'pointerdown', 2, 0.6);
    finger(mounted, 'pointermove', 1, 0.2);
    finger(mounted, 'pointermove', 2, 0.8);
    const [zoomedFrom = 0, zoomedTo = 0] = shown(mounted);
    expect((zoomedTo - zoomedFrom) / span).toBeCloseTo(1 / 3, 1);
    expect((zoomedFrom + zoomedTo) / 2).toBeCloseTo((from + to) / 2, 0);
    // The slider under the first finger has been moved along.
    fireEvent.input(seek(mounted), { target: { value: '300' } });
    finger(mounted, 'pointerup', 1, 0.2);
    fireEvent.change(seek(mounted), { target: { value: '300' } });
    finger(mounted, 'pointerup', 2, 0.8);
    expect(mounted.player.calls).toEqual([]);
  });

  it('move it when they move side by side', async () => {
    const mounted = await openTouched();
    const [from = 0, to = 0] = shown(mounted);
    finger(mounted, 'pointerdown', 1, 0.4);
    finger(mounted, 'pointerdown', 2, 0.6);
    finger(mounted, 'pointermove', 1, 0.5);
    finger(mounted, 'pointermove', 2, 0.7);
    const [movedFrom = 0, movedTo = 0] = shown(mounted);
    expect(movedTo - movedFrom).toBeCloseTo(to - from, 0);
    expect(from - movedFrom).toBeCloseTo(0.1 * (to - from), 0);
  });

  it('are not needed: one finger alone seeks, also after two', async () => {
    const mounted = await openTouched();
    for (const type of ['pointerdown', 'pointerup'])
      for (const id of [1, 2]) finger(mounted, type, id, 0.3 * id);
    finger(mounted, 'pointerdown', 3, 0.5);
    fireEvent.change(seek(mounted), { target: { value: '250' } });
    expect(mounted.player.calls).toEqual([['seek', 250]]);
  });

  it('are not needed on a telephone: More controls has the zoom', async () => {
    await page.viewport(390, 900);
    const mounted = mount({ status: 'paused', ...sampleCall() });
    expect(mounted.inside.queryByRole('button', { name: 'Zoom in' })).toBeNull();
    await userEvent.click(mounted.inside.getByRole('button', { name: 'More controls' }));
    const [from = 0, to = 0] = shown(mounted);
    await userEvent.click(mounted.inside.getByRole('button', { name: 'Zoom in' }));
    const [zoomedFrom = 0, zoomedTo = 0] = shown(mounted);
    expect(zoomedTo - zoomedFrom).toBeLessThan(to - from);
  });
});

describe('the ends of the loop', () => {
  const ends = ({ inside }: Mounted): HTMLElement[] => [
    inside.getByRole('slider', { name: 'Loop start' }),
    inside.getByRole('slider', { name: 'Loop end' }),
  ];

  it('are sliders that say where they are, and arrow keys move them by a second', async () => {
    const mounted = await openReview({ loopRange: [220, 260] });
    await mounted.inside.findByRole('slider', { name: 'Loop start' });
    const [start, end] = ends(mounted);
    expect(start).toHaveAttribute('aria-valuetext', '3 minutes 40 seconds');
    expect(end).toHaveAttribute('aria-valuetext', '4 minutes 20 seconds');
    start?.focus();
    await userEvent.keyboard('{ArrowRight}');
    end?.focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(mounted.player.calls).toEqual([
      ['set', { loopRange: [221, 260] }],
      ['set', { loopRange: [220, 259] }],
    ]);
  });

  it('never pass each other', async () => {
    const mounted = await openReview({ loopRange: [220, 221] });
    await mounted.inside.findByRole('slider', { name: 'Loop start' });
    for (const [index, value] of [240, 210].entries())
      fireEvent.input(ends(mounted)[index] ?? mounted.element, { target: { value: `${value}` } });
    expect(mounted.player.calls).toEqual([]);
  });

  it('lie on their flags, and let the line be clicked beside them', async () => {
    const mounted = await openReview({ loopRange: [220, 260] });
    await mounted.inside.findByRole('slider', { name: 'Loop start' });
    const flag = mounted.root.querySelector('.flag')?.getBoundingClientRect();
    if (flag === undefined) throw new Error('There is no flag.');
    const middle = flag.left + flag.width / 2;
    expect(mounted.root.elementFromPoint(middle, flag.top + 4)).toBe(ends(mounted)[0]);
    expect(mounted.root.elementFromPoint(middle + 30, flag.top + 4)).toBe(seek(mounted));
  });

  it('are gone where the end is out of sight, and when there is no loop', async () => {
    const mounted = await openReview({ loopRange: [220, 700] });
    await mounted.inside.findByRole('slider', { name: 'Loop start' });
    expect(mounted.inside.queryByRole('slider', { name: 'Loop end' })).toBeNull();
    mounted.inside.getByRole('slider', { name: 'Loop start' }).focus();
    playTo(mounted, 243);
    await nextFrames(1);
    expect(mounted.inside.queryByRole('slider', { name: 'Loop start' })).toBeNull();
    expect(mounted.focused()).toBe(mounted.inside.getByRole('button', { name: 'Pause' }));
  });
});
