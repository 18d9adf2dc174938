import { BAND_COUNT, CHIP_SECONDS, FORENSIC_BANDS } from './tile-grid.ts';

/** Of 32768: the share of chips, 30 %, that both variants have alike, by which a copy is aligned. */
const COMMON_OF_32768 = 9830;

/** How a call's sound is cut into segments; the same for both variants. */
export interface SegmentLayout {
  readonly sampleRateHz: number;
  /** Encoded samples in every segment but the last. */
  readonly segmentSamples: number;
  /** Encoded samples before the recording's first one. */
  readonly primingSamples: number;
}

/** Whole chips of one segment, from its first sample on. What is left at its end carries nothing. */
export interface SegmentChips {
  readonly chipCount: number;
  /**
   * `chipCount * BAND_COUNT` signs, the bands of one moment side by side, lowest first: -1 or +1 where both variants are
   * marked alike, else 0.
   */
  readonly common: Int8Array<ArrayBuffer>;
  /** Likewise what variant A has and variant B has the reverse of. */
  readonly varying: Int8Array<ArrayBuffer>;
}

/** Chips that fit into a segment. */
export const chipsPerSegment = ({ segmentSamples, sampleRateHz }: SegmentLayout): number =>
  Math.floor(segmentSamples / sampleRateHz / CHIP_SECONDS + 1e-9);

/** When a segment begins, in seconds of the recording. @param index - from 1 */
export const segmentStartSeconds = (layout: SegmentLayout, index: number): number =>
  ((index - 1) * layout.segmentSamples - layout.primingSamples) / layout.sampleRateHz;

/**
 * The chips that a call's seed gives to each of its segments: AES-256 in counter mode under a key derived with HKDF (RFC 5869),
 * the segment's number being the first half of the counter, so that a call of any length never repeats a chip and any
 * segment can be had without those before it.
 */
export class ChipSource {
  readonly #cipher: CryptoKey;
  readonly #chipCount: number;

  private constructor(cipher: CryptoKey, chipCount: number) {
    this.#cipher = cipher;
    this.#chipCount = chipCount;
  }

  /**
   * @param seed - the call's, 32 bytes
   * @throws RangeError when `seed` has another size
   */
  static async of(seed: Uint8Array<ArrayBuffer>, layout: SegmentLayout): Promise<ChipSource> {
    if (seed.length !== 32) throw new RangeError('A watermark seed has 32 bytes.');
    const base = await crypto.subtle.importKey('raw', seed, 'HKDF', false, ['deriveKey']);
    const info = new TextEncoder().encode('secure-call forensic watermark v1');
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info };
    const aes = { name: 'AES-CTR', length: 256 };
    const cipher = await crypto.subtle.deriveKey(hkdf, base, aes, false, ['encrypt']);
    return new ChipSource(cipher, chipsPerSegment(layout));
  }

  /** @param index - of a segment, from 1 */
  async segment(index: number): Promise<SegmentChips> {
    const counter = new Uint8Array(16);
    new DataView(counter.buffer).setBigUint64(0, BigInt(index));
    const zeros = new Uint8Array(this.#chipCount * FORENSIC_BANDS.length * Uint16Array.BYTES_PER_ELEMENT);
    const stream = await crypto.subtle.encrypt({ name: 'AES-CTR', counter, length: 64 }, this.#cipher, zeros);
    return chipsOf(new DataView(stream), this.#chipCount);
  }
}

/** One big-endian word of 16 bits a tile: its highest bit is the sign, the others decide whether it is common. */
function chipsOf(words: DataView, chipCount: number): SegmentChips {
  const common = new Int8Array(chipCount * BAND_COUNT);
  const varying = new Int8Array(chipCount * BAND_COUNT);
  for (let chip = 0, at = 0; chip < chipCount; chip += 1) {
    for (const band of FORENSIC_BANDS) {
      const word = words.getUint16(at);
      at += Uint16Array.BYTES_PER_ELEMENT;
      const signs = (word & 0x7fff) < COMMON_OF_32768 ? common : varying;
      signs[chip * BAND_COUNT + band] = word & 0x8000 ? 1 : -1;
    }
  }
  return { chipCount, common, varying };
}
