import {
  ChipSource,
  clientPattern,
  embedPattern,
  embedVariants,
  type SegmentLayout,
} from '@secure-call/watermark';
import {
  CallPattern,
  searchCall,
  segmentBits,
  trainedNetwork,
  viewForensic,
} from '@secure-call/watermark/detector';
import { ATTACKS, type AttackName } from './attacks.ts';
import type { Clip } from './corpus.ts';
import { type Quality, quality } from './quality/quality.ts';
import { seededRandom } from './seeded-random.ts';
import { resampled, type Sound } from './sound.ts';
import { keyOf } from './trials.ts';

const FRAME_SAMPLES = 1024;
const PLAYBACK_RATE_HZ = 48_000;

/** What the detector gets lacks this much of the beginning: it has to find the place in the call. */
const CUT_SECONDS = 3.7;

/** Attacks under which bits are read. */
export const FORENSIC_ATTACKS = [
  'none',
  'g711',
  'opus-12',
  'gsm',
  'room',
  'room+opus-12',
] as const satisfies readonly AttackName[];

/** Lengths of segments: those that packages have, and twice that. */
export const FORENSIC_SECONDS: readonly number[] = [2, 4];

/** Bits of one clip under one attack. */
export interface ForensicTrial {
  readonly attack: AttackName;
  /** Length of a segment, about. */
  readonly seconds: number;
  readonly bits: number;
  readonly errors: number;
  /** Of each bit the log-likelihood ratio for what it was: negative where it was read wrongly. */
  readonly ratios: readonly number[];
}

/** A clip in both variants, at its own rate, as a packager marks it. */
interface Variants {
  readonly layout: SegmentLayout;
  readonly seed: Uint8Array<ArrayBuffer>;
  readonly a: Float32Array<ArrayBuffer>;
  readonly b: Float32Array<ArrayBuffer>;
}

async function bothVariants({ name, samples, sampleRateHz }: Clip, seconds: number): Promise<Variants> {
  const segmentSamples = FRAME_SAMPLES * Math.round((seconds * sampleRateHz) / FRAME_SAMPLES);
  const layout = { sampleRateHz, segmentSamples, primingSamples: FRAME_SAMPLES };
  const seed = keyOf(`forensic ${name}`);
  const a = new Float32Array(samples.length);
  const b = new Float32Array(samples.length);
  let at = 0;
  for await (const part of embedVariants([[samples]], layout, await ChipSource.of(seed, layout))) {
    a.set(part.a[0] ?? [], at);
    b.set(part.b[0] ?? [], at);
    at += part.a[0]?.length ?? 0;
  }
  return { layout, seed, a, b };
}

/** How far both variants of each clip lie from it. */
export async function measureForensicQuality(clips: readonly Clip[]): Promise<Quality[]> {
  const measured: Quality[] = [];
  for (const clip of clips) {
    const { a, b } = await bothVariants(clip, FORENSIC_SECONDS[0] ?? 2);
    for (const side of [a, b]) measured.push(quality(clip.samples, side, clip.sampleRateHz));
  }
  return measured;
}

/** Reads the bits of a listener's copy of a clip, which the player marked too, after each of the attacks. */
export async function readForensic(clip: Clip, attacks: readonly AttackName[]): Promise<ForensicTrial[]> {
  const trials: ForensicTrial[] = [];
  for (const seconds of FORENSIC_SECONDS) {
    const variants = await bothVariants(clip, seconds);
    const segments = Math.ceil((clip.samples.length + FRAME_SAMPLES) / variants.layout.segmentSamples);
    const random = seededRandom(`code ${clip.name} ${seconds}`);
    const code = Int8Array.from({ length: segments }, () => (random.below(2) === 0 ? 1 : -1));
    const pattern = await CallPattern.of(variants.seed, variants.layout, segments);
    const played = await playedBy(clip, variants, code);
    for (const attack of attacks) {
      const heard = await ATTACKS[attack](played);
      trials.push({ attack, seconds, ...readWhole(heard, pattern, code) });
    }
  }
  return trials;
}

/** The copy with a listener's code, at the playback rate, with the session's own mark on it. */
async function playedBy(clip: Clip, { layout, a, b }: Variants, code: Int8Array): Promise<Sound> {
  const samples = a.map((sample, at) => {
    const segment = Math.floor((at + layout.primingSamples) / layout.segmentSamples);
    return (code[segment] as number) > 0 ? sample : (b[at] as number);
  });
  const playback = await resampled({ samples, sampleRateHz: layout.sampleRateHz }, PLAYBACK_RATE_HZ);
  const session = await clientPattern(keyOf(`key ${clip.name}`), 0x5eed);
  const [marked] = embedPattern([playback.samples], PLAYBACK_RATE_HZ, session);
  if (!marked) throw new Error('The embedder gave no channel.');
  return { samples: marked, sampleRateHz: PLAYBACK_RATE_HZ };
}

/** Whole segments only: what is cut off at the ends is no segment. */
function readWhole(
  { samples, sampleRateHz }: Sound,
  pattern: CallPattern,
  code: Int8Array,
): Pick<ForensicTrial, 'bits' | 'errors' | 'ratios'> {
  const cut = samples.slice(Math.round(CUT_SECONDS * sampleRateHz));
  const view = viewForensic(cut, sampleRateHz, trainedNetwork());
  const [place] = searchCall(view, pattern, 1);
  const bits = segmentBits(view, pattern, place?.startSeconds ?? 0);
  const most = Math.max(...bits.map(({ chips }) => chips));
  const whole = bits.filter(({ chips }) => chips === most);
  const ratios = whole.map(({ index, ratio }) => ratio * (code[index - 1] as number));
  return { bits: whole.length, errors: ratios.filter(ratio => !(ratio > 0)).length, ratios };
}
