import type { ScreenContext } from './screen.ts';

/** From here on the voices have a place beside the lanes; the style sheet knows the same widths. */
const gutterFromPx = 720;
const reviewFromPx = 1040;
const phoneFromPx = 360;
/** What stands beside the lanes, in all. */
const gutterPx = 188;
const marginsPx = 32;

/** Parts of an open call whose place depends on its width. */
export interface Parts {
  readonly voices: HTMLElement;
  readonly line: HTMLElement;
  readonly controls: HTMLElement;
  readonly panels: HTMLElement;
}

/** How wide the lanes are; 0 where the whole call is shown at once. */
export function lanesPx(widthPx: number, voiceCount: number): number {
  if (widthPx < phoneFromPx) return 0;
  return widthPx - (widthPx >= gutterFromPx && voiceCount > 1 ? gutterPx : marginsPx);
}

/** Whether transcript and markers are shown until the listener decides. */
export function showsPanels(widthPx: number, layout: ScreenContext['layout']): boolean {
  if (layout === 'review') return true;
  if (layout !== 'auto' && layout !== 'standard') return false;
  const isPhone = widthPx >= phoneFromPx && widthPx < gutterFromPx;
  return isPhone || (widthPx >= reviewFromPx && layout === 'auto');
}

/** Voices beside the lanes where there is room, otherwise after the transport, and there the transport comes after what is read: focus visits them in the order they are seen in. */
export function placeParts(root: HTMLElement, { voices, line, controls, panels }: Parts): void {
  const isBeside = root.offsetWidth >= gutterFromPx;
  const wanted = isBeside ? [voices, line, controls, panels] : [line, panels, controls, voices];
  const found = [...root.children].filter(child => wanted.some(part => part === child));
  // Focus would be lost.
  if (wanted.every((part, index) => part === found[index]) || root.matches(':focus-within')) return;
  if (isBeside) {
    line.before(voices);
    controls.after(panels);
  } else {
    controls.before(panels);
    controls.after(voices);
  }
}

/**
 * Calls back when the width of a part changes. The part is not looked at until the next frame then: the browser would
 * complain of a loop if what is done brought in the page's scroll bar, and with it another width.
 * @returns a function that ends it
 */
export function watchWidth(part: HTMLElement, changed: () => void): () => void {
  let width: number | undefined;
  const observer = new ResizeObserver(() => {
    if (part.offsetWidth === width) return;
    width = part.offsetWidth;
    observer.disconnect();
    requestAnimationFrame(() => part.isConnected && observer.observe(part));
    changed();
  });
  observer.observe(part);
  return () => observer.disconnect();
}
