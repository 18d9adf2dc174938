import { asSamples } from './byte-noise.ts';
import { drawing } from './dom.ts';

const BARS = 172;
const HEIGHT = 56;
const BYTES_A_ROW = 16;
const ROWS = 7;

/** A file's bytes drawn as a waveform: the loudest of each stretch. */
export function bytePicture(bytes: Uint8Array): SVGSVGElement {
  const stretch = Math.max(1, Math.floor(bytes.length / BARS));
  const bars = Array.from({ length: BARS }, (_, bar) => {
    // Sixteen bytes of each stretch: with more of them, noise would be a flat band.
    const part = asSamples(bytes.subarray(bar * stretch, bar * stretch + Math.min(stretch, 16)));
    const level = Math.sqrt(part.reduce((sum, sample) => sum + sample ** 2, 0) / Math.max(1, part.length));
    const half = Math.max(1, level * (HEIGHT / 2 - 2));
    return `M${3 * bar + 1.5} ${HEIGHT / 2 - half}v${2 * half}`;
  });
  const svg = drawing({ viewBox: 3 * BARS, shownPx: HEIGHT }, 'byte-picture', [{ d: bars.join('') }]);
  svg.setAttribute('viewBox', `0 0 ${3 * BARS} ${HEIGHT}`);
  svg.setAttribute('width', '100%');
  svg.setAttribute('preserveAspectRatio', 'none');
  return svg;
}

/** The first bytes in hexadecimal, as a hex editor shows them. */
export function hexRows(bytes: Uint8Array): string {
  const rows = Array.from({ length: ROWS }, (_, row) =>
    bytes.subarray(row * BYTES_A_ROW, (row + 1) * BYTES_A_ROW),
  );
  return rows
    .filter(row => row.length > 0)
    .map((row, index) => `${hex(index * BYTES_A_ROW, 6)}  ${[...row].map(byte => hex(byte, 2)).join(' ')}`)
    .join('\n');
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
