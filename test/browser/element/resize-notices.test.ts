/** Browsers put a notice on the console when what a ResizeObserver does changes sizes over and over. */
import { expect, it, onTestFinished } from 'vitest';
import { page } from 'vitest/browser';
import { nextFrames } from './drawn-bars.ts';
import { openReview } from './open-call.ts';

it('changes of layout cause no notice of a ResizeObserver loop', async () => {
  const notices: string[] = [];
  const listener = (event: ErrorEvent): void => {
    notices.push(event.message);
    event.preventDefault();
  };
  addEventListener('error', listener);
  onTestFinished(() => removeEventListener('error', listener));
  const { element } = await openReview({ loopRange: [220, 260] });
  for (const width of [1200, 719, 720, 1040, 359, 360, 1039, 240, 980, 979, 320, 1200, 390, 800]) {
    element.style.inlineSize = `${width}px`;
    await nextFrames(2);
    await page.viewport(width, 700);
    await nextFrames(2);
  }
  expect(notices).toEqual([]);
});
