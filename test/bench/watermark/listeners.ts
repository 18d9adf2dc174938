import { FALSE_POSITIVE_BOUND, matchCodes } from '@secure-call/watermark/detector';
import type { AttackName } from './attacks.ts';
import { holds, LISTENER_BARS } from './bars.ts';
import type { ForensicTrial } from './forensic.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { columns, type Report } from './tables.ts';

/** People who had keys of the call, the one who leaked it among them. */
export const LISTENERS = 10_000;

/** Copies of one length under one attack. */
export interface ListenerTrials {
  readonly attack: AttackName;
  /** Length of a segment, about. */
  readonly seconds: number;
  /** Length of the copy, its segments taken for `seconds` each; at 8 kHz they are 2.4 % longer. */
  readonly copySeconds: number;
  readonly trials: number;
  /** Copies whose listener fits best of all. */
  readonly first: number;
  /** Copies whose listener is named. */
  readonly named: number;
  /** People who are named and had nothing to do with the copy, in all trials. */
  readonly innocent: number;
}

/**
 * Whose copy is it, of ten thousand listeners? What was read of the segments is real: ratios of marked, played, attacked and
 * detected speech, one after the other as they come in the clips. Drawn by a seed are where in them a copy begins, and the
 * listeners' codes, one of which the copy then has.
 * @param trials - in all; every attack and length has as many
 */
export function tryListeners(read: readonly ForensicTrial[], trials: number): ListenerTrials[] {
  const attacks = [...new Set(read.map(({ attack }) => attack))];
  const cells = attacks.flatMap(attack => LISTENER_BARS.map(bar => ({ attack, ...bar })));
  return cells.map(({ attack, seconds, copySeconds }) => {
    const clips = read.filter(trial => trial.attack === attack && trial.seconds === seconds);
    const ratios = clips.flatMap(trial => trial.ratios);
    const random = seededRandom(`listeners ${attack} ${seconds} ${copySeconds}`);
    const count = Math.ceil(trials / cells.length);
    const outcomes = Array.from({ length: count }, () =>
      tryCopy(ratios, segmentsIn(copySeconds, seconds), random),
    );
    return {
      attack,
      seconds,
      copySeconds,
      trials: count,
      first: outcomes.filter(({ isFirst }) => isFirst).length,
      named: outcomes.filter(({ isNamed }) => isNamed).length,
      innocent: outcomes.reduce((sum, { innocent }) => sum + innocent, 0),
    };
  });
}

const segmentsIn = (copySeconds: number, seconds: number): number => Math.floor(copySeconds / seconds);

interface Outcome {
  readonly isFirst: boolean;
  readonly isNamed: boolean;
  readonly innocent: number;
}

function tryCopy(ratios: readonly number[], segments: number, random: SeededRandom): Outcome {
  const codes = Array.from({ length: LISTENERS }, () =>
    Int8Array.from({ length: segments }, () => (random.below(2) === 0 ? 1 : -1)),
  );
  const guilty = random.below(LISTENERS);
  const from = random.below(ratios.length);
  const bits = Array.from(codes[guilty] ?? [], (bit, place) => ({
    index: place + 1,
    chips: 1,
    ratio: bit * (ratios[(from + place) % ratios.length] as number),
    energy: 0,
    common: 0,
    commonEnergy: 0,
  }));
  const matches = matchCodes(bits, codes);
  const named = matches.filter(({ falsePositiveBound }) => falsePositiveBound <= FALSE_POSITIVE_BOUND);
  const isNamed = named.some(({ candidate }) => candidate === guilty);
  return { isFirst: matches[0]?.candidate === guilty, isNamed, innocent: named.length - (isNamed ? 1 : 0) };
}

/** How often the right one of all listeners fits best, and whether anybody innocent was named. */
export function listenersReport(cells: readonly ListenerTrials[]): Report {
  const failures: string[] = [];
  const rows = cells.map(({ attack, seconds, copySeconds, trials, first, named, innocent }) => {
    const limit = LISTENER_BARS.find(bar => bar.seconds === seconds && bar.copySeconds === copySeconds) ?? {};
    const what = `${attack}: ${copySeconds} s in segments of ${seconds} s`;
    if (!holds(first / trials, limit))
      failures.push(`${what}: the right listener first in ${first} of ${trials}`);
    if (innocent > 0) failures.push(`${what}: ${innocent} innocent named`);
    const shares = [first, named, innocent].map(count => `${count}/${trials}`);
    return [attack, `${segmentsIn(copySeconds, seconds)} of ${seconds} s`, ...shares];
  });
  const heading = ['attack', 'segments', 'right one first', 'right one named', 'innocent named'];
  return {
    lines: [
      `Of ${LISTENERS} listeners, whose copy is it? (bars: first in 95 %, no innocent named)`,
      ...columns([heading, ...rows]),
    ],
    failures,
  };
}
