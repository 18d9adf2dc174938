import { describe, expect, it, onTestFinished } from 'vitest';
import { page } from 'vitest/browser';
import { nextFrames } from './drawn-bars.ts';
import { emulateFeature } from './emulation.ts';
import { mount, patiently } from './mount.ts';
import { openReview } from './open-call.ts';
import { sampleCall } from './sample-states.ts';

const boxes = ['.lanes', '[part="transcript"] .pane', '[part="markers"] .pane'] as const;

function holder(root: ShadowRoot, box: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`${box} > [aria-hidden]:not([class])`);
  if (found === null) throw new Error(`Nothing marks ${box}.`);
  return found;
}

/** Share of the upper half of the lanes, empty for want of peaks, that is not the surface's colour. */
async function inkedShare(root: ShadowRoot): Promise<number> {
  await nextFrames(2);
  const lanes = root.querySelector('.lanes');
  if (lanes === null) throw new Error('There are no lanes.');
  const base64 = await page.screenshot({ element: lanes, save: false });
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
  const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
  context?.drawImage(picture, 0, 0);
  const height = Math.floor(picture.height * 0.45);
  const { data = [] } = context?.getImageData(0, 0, picture.width, height) ?? {};
  let inked = 0;
  for (let at = 0; at < data.length; at += 4) {
    const far = Math.abs((data[at] ?? 0) - (data[0] ?? 0)) + Math.abs((data[at + 1] ?? 0) - (data[1] ?? 0));
    if (far > 12) inked += 1;
  }
  return inked / (data.length / 4);
}

/** Lanes without bars, so that only the mark is in them. */
async function emptyLanes(): Promise<ReturnType<typeof mount>> {
  await page.viewport(1000, 800);
  const mounted = mount({ status: 'paused', ...sampleCall() }, element => {
    element.style.colorScheme = 'light';
    const title = document.createElement('span');
    title.slot = 'title';
    title.textContent = 'Call';
    element.append(title);
  });
  await nextFrames(3);
  return mounted;
}

describe('the visible watermark', () => {
  it('lies over lanes, transcript and markers, takes no pointer, and is in no open tree', async () => {
    const { root } = await openReview({}, element => {
      element.markers = [];
    });
    await nextFrames(2);
    for (const box of boxes) {
      const mark = holder(root, box);
      expect(mark.shadowRoot).toBeNull();
      expect(getComputedStyle(mark).pointerEvents).toBe('none');
      const [outer, inner] = [mark.parentElement, mark].map(element => element?.getBoundingClientRect());
      expect(inner?.width).toBe(outer?.width);
      expect(inner?.height).toBe(outer?.height);
    }
  });

  it.each(['none', 'active'])('is seen, with forced colours %s', async forced => {
    await emulateFeature('forced-colors', forced);
    const { root } = await emptyLanes();
    expect(await inkedShare(root)).toBeGreaterThan(0.01);
  });

  it.each([320, 390])('is seen in %i px', async width => {
    const { element, root } = await emptyLanes();
    element.style.inlineSize = `${width}px`;
    expect(await inkedShare(root)).toBeGreaterThan(0.01);
  });

  it('is made anew when it is removed', async () => {
    const { root } = await emptyLanes();
    const share = await inkedShare(root);
    const mark = holder(root, '.lanes');
    mark.remove();
    await Promise.resolve();
    expect(holder(root, '.lanes')).not.toBe(mark);
    expect(await inkedShare(root)).toBeCloseTo(share, 3);
  });

  it.each([
    ['hidden', ''],
    ['style', 'display: none !important; opacity: 0'],
    ['class', 'away'],
  ])('is made anew when it gets %s="%s"', async (name, value) => {
    const { root } = await emptyLanes();
    const share = await inkedShare(root);
    holder(root, '.lanes').setAttribute(name, value);
    await Promise.resolve();
    expect(holder(root, '.lanes').getAttributeNames()).toEqual(['aria-hidden']);
    expect(await inkedShare(root)).toBeCloseTo(share, 3);
  });

  it('is stronger than any style from outside', async () => {
    const { root } = await emptyLanes();
    const share = await inkedShare(root);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      `.lanes > div:not([class]) { display: none !important; opacity: 0 !important; visibility: hidden !important;
        translate: 9999px !important; clip-path: inset(50%) !important; z-index: -1 !important; color: transparent !important }`,
    );
    root.adoptedStyleSheets.push(sheet);
    expect(await inkedShare(root)).toBeCloseTo(share, 3);
  });

  it('cannot be covered by what is slotted', async () => {
    const { element, root } = await emptyLanes();
    const share = await inkedShare(root);
    const slotted = element.querySelector('span');
    slotted?.setAttribute('style', 'position: fixed; inset: 0; z-index: 99999; background: white');
    expect(await inkedShare(root)).toBeCloseTo(share, 3);
    slotted?.setAttribute('style', 'position: absolute; inset: -900px; z-index: 99999; background: white');
    expect(await inkedShare(root)).toBeCloseTo(share, 3);
  });

  it('locks the call when somebody keeps taking it away', async () => {
    const { player, root } = await emptyLanes();
    const lanes = root.querySelector('.lanes');
    const remover = new MutationObserver(() =>
      lanes?.querySelector(':scope > [aria-hidden]:not([class])')?.remove(),
    );
    if (lanes !== null) remover.observe(lanes, { childList: true });
    onTestFinished(() => remover.disconnect());
    holder(root, '.lanes').remove();
    await expect.poll(() => player.calls.some(([name]) => name === 'lock'), patiently).toBe(true);
    remover.disconnect();
  });
});
