/** A real call in both variants of the forensic mark, and copies of it as listeners with different codes would have them. */
import { embedVariants } from '../../../packages/watermark/src/embed-variants.ts';
import { ChipSource, type SegmentLayout } from '../../../packages/watermark/src/segment-chips.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { keyFrom, TELEPHONE_HZ } from './sounds.ts';

/** Segments as packages at 8 kHz have them, of 2.048 s. */
export const LAYOUT: SegmentLayout = {
  sampleRateHz: TELEPHONE_HZ,
  segmentSamples: 16 * 1024,
  primingSamples: 1024,
};

export const SEED: Uint8Array<ArrayBuffer> = keyFrom('forensic seed');

/** Codes of people, even bits: 1 for variant A. */
export function codesOf(people: number, segments: number, name = 'codes'): Int8Array<ArrayBuffer>[] {
  const random = seededRandom(name);
  return Array.from({ length: people }, () =>
    Int8Array.from({ length: segments }, () => (random.below(2) === 0 ? 1 : -1)),
  );
}

export interface MarkedCall {
  readonly segmentCount: number;
  /** The call as someone with this code hears it. */
  copy(code: Int8Array): Float32Array<ArrayBuffer>;
}

export async function markCall(samples: Float32Array<ArrayBuffer>): Promise<MarkedCall> {
  const a = new Float32Array(samples.length);
  const b = new Float32Array(samples.length);
  let at = 0;
  for await (const part of embedVariants([[samples]], LAYOUT, await ChipSource.of(SEED, LAYOUT))) {
    a.set(part.a[0] ?? [], at);
    b.set(part.b[0] ?? [], at);
    at += part.a[0]?.length ?? 0;
  }
  const segmentAt = (sample: number): number =>
    Math.floor((sample + LAYOUT.primingSamples) / LAYOUT.segmentSamples);
  return {
    segmentCount: segmentAt(samples.length - 1) + 1,
    copy: code =>
      a.map((sample, place) => ((code[segmentAt(place)] ?? 1) > 0 ? sample : (b[place] as number))),
  };
}
