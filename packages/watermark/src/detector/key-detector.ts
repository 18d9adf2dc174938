import { type KeyedTiles, keyedTiles, SYNC } from '../keyed-tiles.ts';
import { patternOf } from '../client-pattern.ts';
import {
  type AlignmentPath,
  alignmentAt,
  alignmentPath,
  jumpsOf,
  OFFSET_COUNT,
  pathNats,
} from './alignment-path.ts';
import type { ChipRatios } from './chip-ratios.ts';
import { blindNats, falsePositiveBound, threshold } from './evidence.ts';
import { type DecodedId, IdDecoder } from './id-decoder.ts';
import { type KnownIdEvidence, scoreKnownIds } from './known-ids.ts';
import { LARGEST_NEIGHBOUR_ODDS, neighbourOdds } from './neighbour-odds.ts';
import { SoftSymbols } from './soft-symbols.ts';
import { Pilot, WINDOW_CHIPS } from './pilot.ts';
import { type Alignment, SyncSearch } from './sync-search.ts';

/** Alignments that are decoded. */
const CANDIDATES = 32;

/** Each round knows more chips: first those for synchronisation, then all of the id that the last round read. */
const PATH_ROUNDS = 3;

/** A first round this far under its threshold has found nothing that another could make more of. */
const HOPELESS_MARGIN = -45;

/** What a search found, whether or not it is enough. */
export interface Evidence {
  readonly id: number;
  /** Evidence for the id, nats: chance reaches it with a probability of at most exp(-score) under one hypothesis. */
  readonly score: number;
  /** Score from which the false-positive bound holds, nats. */
  readonly threshold: number;
  /** Probability, at most, of such a score in sound without a mark under this key. */
  readonly falsePositiveBound: number;
  /** Odds of a neighbouring id, if there is a mark. */
  readonly neighbourOdds: number;
  /** Whether both bounds hold. */
  readonly found: boolean;
  /** Places where the sound seems to be cut. */
  readonly cuts: number;
}

/** The part of the detector that needs the key. */
export class KeyDetector {
  readonly #tiles: KeyedTiles;
  readonly #search: SyncSearch;
  readonly #decoder = new IdDecoder();
  /** Compares with the synchronisation chips, and with what a round before read. */
  readonly #sync = new Pilot();
  readonly #known = new Pilot();

  private constructor(tiles: KeyedTiles) {
    this.#tiles = tiles;
    this.#search = new SyncSearch(tiles);
    this.#sync.take(tiles.chips.map((chip, tile) => (tiles.roles[tile] === SYNC ? chip : 0)));
  }

  /** @param key - 32 bytes */
  static async of(key: Uint8Array<ArrayBuffer>): Promise<KeyDetector> {
    return new KeyDetector(await keyedTiles(key));
  }

  /** The best alignments of the synchronisation chips, best first. */
  alignments(phases: readonly ChipRatios[], count: number): readonly Alignment[] {
    return this.#search.best(phases, count);
  }

  /** Scores ids in question instead of all; see `scoreKnownIds`. */
  scoreIds(phases: readonly ChipRatios[], ids: readonly number[], extraNats = 0): KnownIdEvidence[] {
    return scoreKnownIds(this.#tiles, this.#search, phases, ids, extraNats);
  }

  /**
   * Searches uncut sound.
   * @param phases - ratios of all timing phases
   * @param extraNats - natural log of the number of other views that the same answer may come from
   */
  searchWhole(phases: readonly ChipRatios[], extraNats = 0): Evidence {
    const nats = blindNats(OFFSET_COUNT) + extraNats;
    let best = this.#decode(new SoftSymbols());
    for (const alignment of this.#search.best(phases, CANDIDATES)) {
      const reading = this.#decode(this.#read(phases, alignment));
      if (reading.fit > best.fit) best = reading;
    }
    return judge(best, nats, 0);
  }

  /** Searches sound that may be cut. */
  searchPieces(phases: readonly ChipRatios[], extraNats = 0): Evidence {
    let best = this.#judgePath(phases, alignmentPath(phases, this.#sync), extraNats);
    for (let round = 1; round < PATH_ROUNDS && !best.found && margin(best) > HOPELESS_MARGIN; round += 1) {
      this.#known.take(patternOf(this.#tiles, best.id));
      const evidence = this.#judgePath(phases, alignmentPath(phases, this.#known), extraNats);
      if (margin(evidence) > margin(best)) best = evidence;
    }
    return best;
  }

  #judgePath(phases: readonly ChipRatios[], path: AlignmentPath, extraNats: number): Evidence {
    const soft = new SoftSymbols();
    path.forEach((offset, window) => {
      const { phase, column } = alignmentAt(offset);
      const from = window * WINDOW_CHIPS;
      soft.add(this.#tiles, phases[phase] as ChipRatios, from, WINDOW_CHIPS, column + from);
    });
    const { pause, near, far } = jumpsOf(path);
    const nats = blindNats(OFFSET_COUNT) + pathNats(path) + extraNats;
    return judge(this.#decode(soft), nats, pause + near + far);
  }

  #read(phases: readonly ChipRatios[], { phase, column }: Alignment): SoftSymbols {
    const soft = new SoftSymbols();
    soft.add(this.#tiles, phases[phase] as ChipRatios, 0, Infinity, column);
    return soft;
  }

  #decode(soft: SoftSymbols): Reading {
    const decoded = this.#decoder.decode(soft.sums);
    return { ...decoded, soft, fit: soft.fit(decoded.correlation) };
  }
}

/** The id that one alignment of the sound says. */
interface Reading extends DecodedId {
  readonly soft: SoftSymbols;
  readonly fit: number;
}

function judge({ id, correlation, soft }: Reading, nats: number, cuts: number): Evidence {
  const score = soft.evidence(correlation);
  const least = threshold(nats);
  const odds = score < least ? 1 : neighbourOdds(soft, id, correlation);
  return {
    id,
    score,
    threshold: least,
    falsePositiveBound: falsePositiveBound(score, nats),
    neighbourOdds: odds,
    found: score >= least && odds <= LARGEST_NEIGHBOUR_ODDS,
    cuts,
  };
}

/** How far a score lies above its threshold, nats. */
export function margin({ score, threshold }: Evidence): number {
  return score - threshold;
}
