import { parseArgs } from 'node:util';
import { ATTACKS, type AttackName } from './attacks.ts';

/** The parts of the benchmark. */
export const PARTS = ['quality', 'detection', 'forensic', 'listeners', 'false-positives', 'cost'] as const;
export type Part = (typeof PARTS)[number];

/** What is to be measured. */
export interface Options {
  /** Only speech that is in the repository, and little of it. */
  readonly toy: boolean;
  readonly parts: readonly Part[];
  readonly attacks: readonly AttackName[];
  /** Lengths of what the detector gets. */
  readonly seconds: readonly number[];
  /** Clips times starts for each attack and length. */
  readonly trials: number;
  /** Runs on unmarked speech. */
  readonly falsePositiveRuns: number;
  /** Copies that are looked for among ten thousand listeners. */
  readonly listenerTrials: number;
  /** Forgets what an earlier run measured. */
  readonly fresh: boolean;
}

export const USAGE = `npm run bench:watermark -- [options]
  --toy                      a minute's run on speech of this repository
  --only part,part           ${PARTS.join(', ')}
  --attacks name,name        ${Object.keys(ATTACKS).join(', ')}
  --seconds 5,10             lengths of what the detector gets; 5,10,20,30
  --trials N                 for each attack and length; 32
  --false-positives N        runs on unmarked speech; 1000
  --listeners N              copies that are looked for among ten thousand listeners; 10000
  --fresh                    forget what an earlier run measured`;

const TOY = {
  attacks: 'none,g711,opus-24',
  seconds: '10',
  trials: '4',
  'false-positives': '60',
  listeners: '24',
};
const WHOLE = {
  attacks: Object.keys(ATTACKS).join(','),
  seconds: '5,10,20,30',
  trials: '32',
  'false-positives': '1000',
  listeners: '10000',
};

/** The names in a list with commas, each of which must be among the allowed ones. */
function chosen<Name extends string>(text: string, allowed: readonly Name[]): Name[] {
  return text.split(',').map(name => {
    const found = allowed.find(candidate => candidate === name);
    if (!found) throw new RangeError(`${name} is none of ${allowed.join(', ')}.`);
    return found;
  });
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`${text} is not a number above 0.`);
  return value;
}

/** @throws RangeError or TypeError in words when the arguments make no sense */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      toy: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      only: { type: 'string', default: PARTS.join(',') },
      attacks: { type: 'string' },
      seconds: { type: 'string' },
      trials: { type: 'string' },
      'false-positives': { type: 'string' },
      listeners: { type: 'string' },
    },
  });
  const text = { ...(values.toy ? TOY : WHOLE), ...values };
  return {
    toy: values.toy,
    fresh: values.fresh,
    parts: chosen(values.only, PARTS),
    attacks: chosen(text.attacks, Object.keys(ATTACKS) as AttackName[]),
    seconds: text.seconds.split(',').map(positive),
    trials: positive(text.trials),
    falsePositiveRuns: positive(text['false-positives']),
    listenerTrials: positive(text.listeners),
  };
}
