const NAMESPACE = 'http://www.w3.org/2000/svg';
/** Thin stretches stay visible. */
const LEAST_SHARE = 0.006;

/** A call from left to right, with what was heard of it filled in. The same is said in words beside it. */
export function heardBar(
  heard: readonly (readonly [from: number, to: number])[],
  durationSeconds: number,
): SVGSVGElement {
  const bar = document.createElementNS(NAMESPACE, 'svg');
  bar.setAttribute('class', 'heard-bar');
  bar.setAttribute('viewBox', '0 0 1 1');
  bar.setAttribute('preserveAspectRatio', 'none');
  bar.setAttribute('aria-hidden', 'true');
  bar.append(stretch('whole', 0, 1));
  for (const [from, to] of heard) {
    const share = Math.max(LEAST_SHARE, (to - from) / durationSeconds);
    bar.append(stretch('heard', from / durationSeconds, share));
  }
  return bar;
}

function stretch(className: string, x: number, width: number): SVGRectElement {
  const rect = document.createElementNS(NAMESPACE, 'rect');
  const place = { class: className, x, y: 0, width: Math.min(width, 1 - x), height: 1 };
  for (const [name, value] of Object.entries(place)) rect.setAttribute(name, String(value));
  return rect;
}
