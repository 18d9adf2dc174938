import { theme } from './styles/theme.ts';

/** WCAG 2.2, success criteria 1.4.3 for text and 1.4.11 for what is drawn. */
const textRatio = 4.5;
const drawnRatio = 3;

/** What is put on what, as the style sheets do, and how far apart their luminance has to be at least. */
const pairs: readonly (readonly [front: string, back: string, ratio: number])[] = [
  ...['ink', 'ink-2', 'ink-3', 'ok', 'warn', 'stop'].map(name => [name, 'surface', textRatio] as const),
  ['ink', 'raise', textRatio],
  ['ink-2', 'hover', textRatio],
  ['on-ink', 'ink', textRatio],
  ...['caller', 'caller-soft', 'nurse', 'nurse-soft', 'focus', 'line-strong'].map(
    name => [name, 'surface', drawnRatio] as const,
  ),
];

/** Colours that cannot be told apart well enough. */
export interface UnreadableColours {
  /** Without `--scp-`. */
  readonly front: string;
  readonly back: string;
  readonly scheme: 'light' | 'dark';
  /** 1 to 21, and what it has to be at least. */
  readonly ratio: number;
  readonly needed: number;
}

/** Pairs of the element's colours that the host has set and that are too close, in each colour scheme it can be seen in. */
export function unreadableColours(element: HTMLElement): readonly UnreadableColours[] {
  const style = getComputedStyle(element);
  const isSet = (name: string): boolean => style.getPropertyValue(`--scp-${name}`).trim() !== '';
  const schemes = (['light', 'dark'] as const).filter(scheme =>
    scheme === 'light' ? style.colorScheme !== 'dark' : style.colorScheme.includes('dark'),
  );
  return schemes.flatMap(scheme => {
    const luminance = luminances(element, scheme);
    return pairs
      .filter(([front, back]) => isSet(front) || isSet(back))
      .map(([front, back, needed]) => {
        const ratio = contrast(luminance(front), luminance(back));
        return { front, back, scheme, ratio, needed };
      })
      .filter(({ ratio, needed }) => ratio < needed);
  });
}

/** Says so on the console, for the developer who chose the colours. */
export function warnOfUnreadable(element: HTMLElement): void {
  for (const { front, back, scheme, ratio, needed } of unreadableColours(element))
    console.warn(
      `<secure-call-player>: --scp-${front} on --scp-${back} has a contrast of ${ratio.toFixed(1)}:1 in the ${scheme} scheme; it needs ${needed}:1.`,
    );
}

/** Relative luminance of the element's colours, as the browser resolves them in a scheme. */
function luminances(element: HTMLElement, scheme: 'light' | 'dark'): (name: string) => number {
  return name => {
    const probe = document.createElement('span');
    // As the sheet has it: the host's colour, or our own in place of it.
    const value = new RegExp(`var\\(--scp-${name},[^;}]+`).exec(theme)?.[0] ?? '';
    probe.style.cssText = `color-scheme: ${scheme}; color: ${value}`;
    element.shadowRoot?.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return luminanceOf(color);
  };
}

/** Any colour of CSS becomes a pixel. https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminanceOf(color: string): number {
  const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (pixel === null) return 0;
  pixel.fillStyle = color;
  pixel.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = [...pixel.getImageData(0, 0, 1, 1).data].map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
