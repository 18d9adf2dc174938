import type { TimeWindow } from './time-window.ts';

/**
 * Two fingers on the line spread it and move it: each keeps the second that it was put down on.
 * @param position - where the sound is, in seconds
 */
export function watchPinch(
  line: HTMLElement,
  part: TimeWindow,
  position: () => number,
  moved: () => void,
): void {
  /** Pixels from the window's left edge, by pointer. */
  const fingers = new Map<number, number>();
  let isPinching = false;
  let held: readonly number[] = [];
  const shares = (): number[] => {
    const { left, width } = line.getBoundingClientRect();
    return [...fingers.values()].map(x => (x - left) / width);
  };
  const move = (): void => {
    const [[one = 0, other = 0], [begun = 0, ended = 0]] = [shares(), held];
    if (one === other) return;
    const span = Math.abs((ended - begun) / (other - one));
    part.show(begun - one * span, span, position());
    moved();
  };
  const on = (types: string, act: (event: PointerEvent) => void): void =>
    types.split(' ').forEach(type => line.addEventListener(type, act as EventListener, true));
  on('pointerdown', ({ pointerId, pointerType, clientX }) => {
    if (pointerType !== 'touch' || fingers.size > 1) return;
    fingers.set(pointerId, clientX);
    isPinching = fingers.size > 1;
    held = shares().map(share => part.from + share * part.span);
  });
  on('pointermove', ({ pointerId, clientX }) => {
    if (!fingers.has(pointerId)) return;
    fingers.set(pointerId, clientX);
    if (fingers.size > 1) move();
  });
  on('pointerup pointercancel', ({ pointerId }) => void fingers.delete(pointerId));
  // The slider under the first finger must not seek.
  on('input change', event => isPinching && event.stopPropagation());
}
