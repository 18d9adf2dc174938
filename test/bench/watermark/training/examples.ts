import {
  BAND_COUNT,
  embedPattern,
  isClientBand,
  PERIOD_CHIPS,
  type TilePattern,
} from '@secure-call/watermark';
import {
  bandEnergies,
  DETECTOR_HZ,
  EnergySums,
  resample,
  type HalfChipLevels,
} from '@secure-call/watermark/detector';
import type { Clip } from '../corpus.ts';
import { seededRandom, type SeededRandom } from '../seeded-random.ts';
import { drawLesson } from './lessons.ts';

/** A marked, attacked clip whose every chip is known. */
export interface Example {
  readonly name: string;
  readonly voice: string;
  readonly lesson: string;
  /** Whose bands are asked for. */
  readonly bands: 'client' | 'forensic';
  /** Levels of half chips; the first begins with a chip. */
  readonly levels: HalfChipLevels;
  /** The chips' signs, `BAND_COUNT` a chip; 0 where nothing is asked. */
  readonly signs: Int8Array<ArrayBuffer>;
}

const PLAYBACK_RATE_HZ = 48_000;

/** Rows of energies by which an attack may delay sound and the front end may be off. */
const LEAST_ROW = -1;
const MOST_ROW = 4;
const ROW_STEP = 0.5;

/** The detector's timing phases are a row apart, so that the best is at most half a row off. */
const JITTER_ROWS = 1;

/** Differences beyond this say nothing more of the alignment. */
const CLIP_DECIBELS = 12;

/**
 * Makes an example: marks the clip with random signs, in half of the cases with the other mark as well, and attacks it.
 * @param draw - another number gives another example of the same clip
 */
export async function makeExample(clip: Clip, draw: number): Promise<Example> {
  const random = seededRandom(`example ${clip.name} ${draw}`);
  const lesson = drawLesson(random);
  const bands = random.uniform() < 0.7 ? 'client' : 'forensic';
  const pattern = randomPattern(random, bands);
  const other = randomPattern(random, bands === 'client' ? 'forensic' : 'client');
  const level = 10 ** -random.uniform();
  const quiet = clip.samples.map(sample => sample * level);
  const original = resample(quiet, clip.sampleRateHz, PLAYBACK_RATE_HZ);
  const both = random.uniform() < 0.5;
  const under = both ? embedPattern([original], PLAYBACK_RATE_HZ, other, 190 * random.uniform()) : [original];
  const [samples] = embedPattern(under, PLAYBACK_RATE_HZ, pattern);
  if (!samples) throw new Error('The embedder gave no channel.');
  const attacked = await lesson.attack({ samples, sampleRateHz: PLAYBACK_RATE_HZ });
  const heard = resample(attacked.samples, attacked.sampleRateHz, DETECTOR_HZ);
  const sums = new EnergySums(bandEnergies(heard));
  const row = alignedRow(sums, pattern) + JITTER_ROWS * (random.uniform() - 0.5);
  return {
    name: `${clip.name} ${draw}`,
    voice: clip.voice,
    lesson: lesson.name,
    bands,
    ...fromWholeChip(sums, row, pattern),
  };
}

function randomPattern(random: SeededRandom, bands: Example['bands']): TilePattern {
  return Int8Array.from({ length: PERIOD_CHIPS * BAND_COUNT }, (_, tile) => {
    const wanted = isClientBand(tile % BAND_COUNT) === (bands === 'client');
    return wanted ? 2 * random.below(2) - 1 : 0;
  });
}

/** A chip that begins before the sound is left out. */
function fromWholeChip(
  sums: EnergySums,
  row: number,
  pattern: TilePattern,
): Pick<Example, 'levels' | 'signs'> {
  const skipped = row < 0 ? 1 : 0;
  const levels = sums.levels(row + skipped * 12);
  return {
    levels,
    signs: pattern.slice(skipped * BAND_COUNT, (skipped + (levels.rowCount >> 1)) * BAND_COUNT),
  };
}

/** Where the halves of the chips differ as they should. */
function alignedRow(sums: EnergySums, pattern: TilePattern): number {
  let best = { row: 0, agreement: -Infinity };
  for (let row = LEAST_ROW; row <= MOST_ROW; row += ROW_STEP) {
    const { levels, signs } = fromWholeChip(sums, row, pattern);
    const agreement = agreementOf(levels, signs);
    if (agreement > best.agreement) best = { row, agreement };
  }
  return best.row;
}

function agreementOf({ values }: HalfChipLevels, signs: Int8Array): number {
  let sum = 0;
  for (let tile = 0; tile < signs.length; tile += 1) {
    const first = 2 * (tile - (tile % BAND_COUNT)) + (tile % BAND_COUNT);
    const difference = (values[first] ?? 0) - (values[first + BAND_COUNT] ?? 0);
    sum += (signs[tile] as number) * Math.min(CLIP_DECIBELS, Math.max(-CLIP_DECIBELS, difference));
  }
  return sum;
}
