import {
  ATTACKS,
  type Attack,
  heardThrough,
  inTurn,
  opus,
  ROOM_RATE_HZ,
  TELEPHONE_RATE_HZ,
  withNoise,
} from '../attacks.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { resampled } from '../sound.ts';

/** What a marked clip goes through before the network sees it. */
export interface Lesson {
  readonly name: string;
  readonly attack: Attack;
}

/** Names of attacks that are the same every time, as often as they are worth learning from. */
const FIXED = [
  'none',
  'g711',
  'mp3-32',
  'mp3-16',
  'opus-24',
  'opus-24',
  'opus-12',
  'opus-12',
  'aac-32',
  'aac-32',
  'gsm',
  'gsm',
  'gsm',
  'amr-12.2',
  'amr-12.2',
  'amr-4.75',
  'amr-4.75',
  'amr-4.75',
] as const;

/** Rooms, noises and chains are other ones each time, and never those that the bars are measured with. */
const VARIED = [
  'noise',
  'noise',
  'noise',
  'noise',
  'room',
  'room',
  'room',
  'far-room',
  'far-room',
  'far-room',
  'room+opus',
  'room+opus',
  'room+opus',
  'opus',
  'gsm+noise',
] as const;

/** Draws a lesson. */
export function drawLesson(random: SeededRandom): Lesson {
  const drawn = random.below(FIXED.length + VARIED.length);
  const fixed = FIXED[drawn];
  if (fixed) return { name: fixed, attack: ATTACKS[fixed] };
  const name = VARIED[drawn - FIXED.length] as (typeof VARIED)[number];
  return { name, attack: varied(name, random) };
}

function varied(name: (typeof VARIED)[number], random: SeededRandom): Attack {
  const kilobits = ['8k', '10k', '12k', '16k'][random.below(4)] as string;
  switch (name) {
    case 'noise':
      return noisy(random, 7, 20);
    case 'room':
      return roomy(random, 0.2, 0.45, 25);
    case 'far-room':
      return roomy(random, 0.4, 0.9, 15);
    case 'room+opus':
      return inTurn(roomy(random, 0.2, 0.45, 25), opus('12k'));
    case 'opus':
      return opus(kilobits);
    case 'gsm+noise':
      return inTurn(noisy(random, 12, 25), ATTACKS.gsm);
  }
}

function noisy(random: SeededRandom, least: number, most: number): Attack {
  const ratio = least + (most - least) * random.uniform();
  const seed = `training noise ${random.below(2 ** 32)}`;
  return async sound => withNoise(await resampled(sound, TELEPHONE_RATE_HZ), ratio, seed);
}

/** Direct sound, then noise that dies away: another room each time, without the cost of its every image. */
function roomy(random: SeededRandom, least: number, most: number, ratioDecibels: number): Attack {
  const decaySeconds = least + (most - least) * random.uniform();
  const directDecibels = 8 - 10 * decaySeconds + 7 * (random.uniform() - 0.5);
  const first = Math.round((0.001 + 0.004 * random.uniform()) * ROOM_RATE_HZ);
  const tail = Float64Array.from({ length: Math.round(decaySeconds * ROOM_RATE_HZ) }, (_, sample) =>
    sample < first ? 0 : random.normal() * 10 ** ((-3 * sample) / (decaySeconds * ROOM_RATE_HZ)),
  );
  const energy = tail.reduce((sum, value) => sum + value * value, 0);
  const response = tail.map(value => value * Math.sqrt(10 ** (-directDecibels / 10) / energy));
  response[0] = 1;
  return heardThrough(response, ratioDecibels, `training room ${random.below(2 ** 32)}`);
}
