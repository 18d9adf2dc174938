import { ATTACKS, type Attack, inTurn, opus, playedIn, TELEPHONE_RATE_HZ, withNoise } from '../attacks.ts';
import type { Room } from '../room.ts';
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
  'opus-12',
  'opus-12',
  'aac-32',
  'gsm',
  'gsm',
  'gsm',
  'amr-12.2',
  'amr-12.2',
  'amr-4.75',
  'amr-4.75',
] as const;

/** Rooms, noises and chains are other ones each time, and never those that the bars are measured with. */
const VARIED = [
  'noise',
  'noise',
  'noise',
  'room',
  'room',
  'far-room',
  'far-room',
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

/** A box of some size, with source and microphone at some places at least half a metre from its walls. */
function roomy(random: SeededRandom, least: number, most: number, ratioDecibels: number): Attack {
  const size = [3 + 5 * random.uniform(), 2.8 + 3 * random.uniform(), 2.4 + 0.8 * random.uniform()] as const;
  const place = (): [number, number, number] => [
    0.5 + (size[0] - 1) * random.uniform(),
    0.5 + (size[1] - 1) * random.uniform(),
    0.5 + (size[2] - 1) * random.uniform(),
  ];
  const room: Room = {
    seed: `training room ${random.below(2 ** 32)}`,
    reverberationSeconds: least + (most - least) * random.uniform(),
    size: [...size],
    source: place(),
    microphone: place(),
  };
  return playedIn(room, ratioDecibels);
}
