import {
  COST_BARS,
  DETECTION_BARS,
  FORENSIC_BARS,
  holds,
  type Limit,
  QUALITY_BARS,
  SPEED_ATTACKS,
} from './bars.ts';
import type { AttackName } from './attacks.ts';
import type { Cost } from './cost.ts';
import type { ForensicTrial } from './forensic.ts';
import type { UnmarkedRuns } from './false-positives.ts';
import type { Quality } from './quality/quality.ts';
import type { Trial } from './trials.ts';

/** A printed part of the report and what failed in it. */
export interface Report {
  readonly lines: readonly string[];
  readonly failures: readonly string[];
}

/** Cells in columns as wide as their widest. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const words = ({ least, most }: Limit): string => {
  if (least !== undefined) return `>= ${least}`;
  return most === undefined ? '' : `<= ${most}`;
};

const counted = (trials: readonly Trial[], outcome: Trial['outcome']): number =>
  trials.filter(trial => trial.outcome === outcome).length;

function detectionRow(attack: AttackName, trials: readonly Trial[], seconds: readonly number[]): string[] {
  const bar = DETECTION_BARS.find(candidate => candidate.attack === attack);
  const cells = seconds.map(length => {
    const cell = trials.filter(trial => trial.seconds === length);
    return cell.length === 0 ? '-' : `${counted(cell, 'right')}/${cell.length}`;
  });
  const aim = bar ? `${bar.share * 100} % in ${bar.seconds} s${bar.stretch ? ' (stretch)' : ''}` : '';
  return [attack, ...cells, String(counted(trials, 'wrong')), aim, bar?.audiowmark ?? ''];
}

/** Bars that the trials do not reach; those that were not measured count as reached. */
function missedBars(trials: readonly Trial[]): string[] {
  return DETECTION_BARS.flatMap(({ attack, seconds, share, stretch }) => {
    const cell = trials.filter(trial => trial.attack === attack && trial.seconds === seconds);
    const right = counted(cell, 'right');
    if (stretch || right >= share * cell.length) return [];
    return [`${attack}: ${right} of ${cell.length} in ${seconds} s`];
  });
}

/** Right ids of all trials, by attack and length; a dash where nothing was measured. */
export function detectionReport(trials: readonly Trial[]): Report {
  const attacks = [...new Set(trials.map(({ attack }) => attack))];
  const seconds = [...new Set(trials.map(trial => trial.seconds))].sort((one, other) => one - other);
  const heading = ['attack', ...seconds.map(length => `${length} s`), 'wrong', 'bar', 'audiowmark, 128 bit'];
  const rows = attacks.map(attack =>
    detectionRow(
      attack,
      trials.filter(trial => trial.attack === attack),
      seconds,
    ),
  );
  const wrong = counted(trials, 'wrong');
  const searched = attacks.some(attack => SPEED_ATTACKS.has(attack))
    ? ['speed and tempo rows: with the search for changes of speed']
    : [];
  return {
    lines: [
      'Right ids / trials; blind, unknown place, 8 kHz speech marked at 48 kHz',
      ...columns([heading, ...rows]),
      ...searched,
      `wrong ids: ${wrong} of ${trials.length}`,
    ],
    failures: [...missedBars(trials), ...(wrong > 0 ? [`${wrong} wrong ids`] : [])],
  };
}

/** @param measured one entry for each clip */
export function qualityReport(measured: readonly Quality[], title = 'quality'): Report {
  const failures: string[] = [];
  const rows = (Object.keys(QUALITY_BARS) as (keyof Quality)[]).map(name => {
    const { audiowmark, unit, ...limit } = QUALITY_BARS[name];
    const values = measured.map(clip => clip[name]).sort((one, other) => one - other);
    const [least = NaN, most = NaN] = [values[0], values.at(-1)];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (!holds(least, limit) || !holds(most, limit)) failures.push(`${name}: ${least} to ${most}`);
    return [name, least.toFixed(3), mean.toFixed(3), most.toFixed(3), unit, words(limit), audiowmark];
  });
  const heading = [title, 'least', 'mean', 'most', '', 'bar', 'audiowmark'];
  return { lines: columns([heading, ...rows]), failures };
}

/** Wrong bits of the forensic mark, by attack and length of a segment. */
export function forensicReport(trials: readonly Omit<ForensicTrial, 'ratios'>[]): Report {
  const attacks = [...new Set(trials.map(({ attack }) => attack))];
  const lengths = [...new Set(trials.map(({ seconds }) => seconds))].sort((one, other) => one - other);
  const failures: string[] = [];
  const rows = attacks.map(attack => {
    const cells = lengths.map(seconds => {
      const cell = trials.filter(trial => trial.attack === attack && trial.seconds === seconds);
      const bits = cell.reduce((sum, trial) => sum + trial.bits, 0);
      const errors = cell.reduce((sum, trial) => sum + trial.errors, 0);
      const bar = FORENSIC_BARS.find(other => other.attack === attack && other.seconds === seconds);
      if (bar && errors > bar.most * bits)
        failures.push(`${attack}: ${errors} of ${bits} bits in ${seconds} s`);
      return `${errors}/${bits}${bar ? ` (bar ${bar.most * 100} %)` : ''}`;
    });
    return cells.toSpliced(0, 0, attack);
  });
  const heading = ['attack', ...lengths.map(seconds => `${seconds} s`)];
  return {
    lines: [
      'Wrong bits / bits of the forensic mark, unknown place, with the real-time mark on it, by length of a segment',
      ...columns([heading, ...rows]),
    ],
    failures,
  };
}

/** @param keys one entry for each key */
export function falsePositiveReport(keys: readonly UnmarkedRuns[], mostRuns: number): Report {
  const runs = keys.reduce((total, key) => total + key.runs, 0);
  const found = keys.reduce((total, key) => total + key.found, 0);
  const score = keys.reduce((largest, key) => Math.max(largest, key.largestScore), 0);
  const margin = keys.reduce((largest, key) => Math.max(largest, key.largestMargin), -Infinity);
  return {
    lines: [
      `False positives: ${found} of ${runs} runs on unmarked speech, ${keys.length} keys (bar: 0 of ${mostRuns})`,
      `largest score ${score.toFixed(2)}, nearest to its threshold ${margin.toFixed(2)}`,
      // Hanley and Lippman-Hand (1983): with none of n, 3 / n bounds the rate at 95 % confidence.
      ...(found === 0 ? [`measured: at most ${(3 / runs).toExponential(1)} a run with 95 % confidence`] : []),
    ],
    failures: found > 0 ? [`${found} false positives`] : [],
  };
}

/** One line for each cost. */
export function costReport(cost: Cost): Report {
  const names = Object.keys(COST_BARS) as (keyof Cost)[];
  const failures = names.filter(name => !holds(cost[name], COST_BARS[name]));
  const rows = names.map(name => [name, cost[name].toPrecision(3), words(COST_BARS[name])]);
  return {
    lines: columns([['cost, one core', 'measured', 'bar'], ...rows]),
    failures: failures.map(name => `${name}: ${cost[name].toPrecision(3)}`),
  };
}
