import type { KeyedTiles } from '../keyed-tiles.ts';
import { encodeId, ID_BITS } from '../tail-biting-code.ts';
import { OFFSET_COUNT } from './alignment-path.ts';
import type { ChipRatios } from './chip-ratios.ts';
import { FALSE_POSITIVE_BOUND, falsePositiveBound, threshold } from './evidence.ts';
import { correlateWord, IdDecoder } from './id-decoder.ts';
import { LARGEST_NEIGHBOUR_ODDS } from './neighbour-odds.ts';
import { SoftSymbols } from './soft-symbols.ts';
import type { Alignment, SyncSearch } from './sync-search.ts';

/** Alignments at which the ids are tried. */
const ALIGNMENTS = 512;

/** How well one of the ids in question fits. */
export interface KnownIdEvidence {
  readonly id: number;
  /** Evidence for the id, nats. */
  readonly score: number;
  /** Nats. */
  readonly threshold: number;
  /**
   * Probability, at most, that any of the ids scores as much in sound without a mark; 1 where there is a mark and it is likely
   * that of an id which is not in question.
   */
  readonly falsePositiveBound: number;
  readonly found: boolean;
}

/**
 * Scores the ids in question, best first. Shorter sound is enough than for a blind search, since fewer hypotheses share the
 * bound: the ids, not all of 32 bits.
 * @param ids - those that may be in the sound, as the record of the call tells them
 */
export function scoreKnownIds(
  tiles: KeyedTiles,
  search: SyncSearch,
  phases: readonly ChipRatios[],
  ids: readonly number[],
  extraNats = 0,
): KnownIdEvidence[] {
  const nats = Math.log(Math.max(1, ids.length)) + Math.log(OFFSET_COUNT) + extraNats;
  const words = ids.map(encodeId);
  const best = words.map((): Fit => ({ fit: 0, correlation: 0, alignment: undefined }));
  for (const alignment of search.best(phases, ALIGNMENTS)) {
    const soft = read(tiles, phases, alignment);
    for (const [index, word] of words.entries()) {
      const correlation = correlateWord(soft.sums, word);
      const fit = soft.fit(correlation);
      if (fit > (best[index] as Fit).fit) best[index] = { fit, correlation, alignment };
    }
  }
  const least = threshold(nats, FALSE_POSITIVE_BOUND);
  return ids
    .map((id, index) => {
      const { score, odds } = lookClosely(best[index] as Fit, tiles, phases, least, ids.length);
      const found = score >= least && odds <= LARGEST_NEIGHBOUR_ODDS;
      const bound = score >= least && !found ? 1 : falsePositiveBound(score, nats);
      return { id, score, threshold: least, falsePositiveBound: bound, found };
    })
    .sort((a, b) => b.score - a.score);
}

/** Where an id fits best. */
interface Fit {
  readonly fit: number;
  readonly correlation: number;
  readonly alignment: Alignment | undefined;
}

/** A fit under this is not looked at more closely: Hoeffding's bound, which is never the sharper one, says enough. */
const CLOSE_LOOK = 4;

function lookClosely(
  { fit, correlation, alignment }: Fit,
  tiles: KeyedTiles,
  phases: readonly ChipRatios[],
  least: number,
  count: number,
): { score: number; odds: number } {
  if (!alignment || fit < CLOSE_LOOK) return { score: (fit * fit) / 2, odds: 1 };
  const soft = read(tiles, phases, alignment);
  const score = soft.evidence(correlation);
  return { score, odds: score < least ? 1 : strangerOdds(soft, correlation, count) };
}

const decoder = new IdDecoder();

/**
 * Odds that the mark is that of an id which is not in question, if both are as likely beforehand. The bound is one for sound
 * without a mark: a mark that is there lends evidence to every id, by the synchronisation chips and by the half of the symbols
 * that two ids share by chance.
 */
function strangerOdds(soft: SoftSymbols, correlation: number, count: number): number {
  const likeliest = decoder.decode(soft.sums).correlation;
  const amplitude = soft.fit(likeliest) / Math.sqrt(soft.energy + 1e-9);
  return Math.exp(2 * amplitude * (likeliest - correlation) - ID_BITS * Math.LN2) * count;
}

function read(tiles: KeyedTiles, phases: readonly ChipRatios[], { phase, column }: Alignment): SoftSymbols {
  const soft = new SoftSymbols();
  soft.add(tiles, phases[phase] as ChipRatios, 0, Infinity, column);
  return soft;
}
