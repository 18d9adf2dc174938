import { createHash } from 'node:crypto';
import { clientPattern, embedPattern } from '@secure-call/watermark';
import { ATTACKS, type AttackName } from './attacks.ts';
import { SPEED_ATTACKS, SPEED_SECONDS } from './bars.ts';
import type { Clip } from './corpus.ts';
import { type Answer, detect } from './detection.ts';
import { seededRandom } from './seeded-random.ts';
import { resampled, type Sound } from './sound.ts';

/** The rate at which browsers play, and therefore mark. */
const PLAYBACK_RATE_HZ = 48_000;

/** Starts of excerpts leave room for the longest one. */
const LONGEST_SECONDS = 30;

/** One clip under one attack. */
export interface DetectionTask {
  readonly attack: AttackName;
  readonly seconds: readonly number[];
  /** Excerpts of each length, at seeded places spread over the clip. */
  readonly starts: number;
}

/** What came of one excerpt. */
export interface Trial {
  readonly clip: string;
  readonly attack: AttackName;
  readonly start: number;
  readonly seconds: number;
  readonly outcome: 'right' | 'wrong' | 'none';
  readonly score: number;
  readonly threshold: number;
}

/** A clip with a mark in it. */
export interface MarkedClip {
  readonly name: string;
  /** At the playback rate, before and after marking. */
  readonly original: Sound;
  readonly marked: Sound;
  readonly key: Uint8Array<ArrayBuffer>;
  readonly id: number;
}

/** A key that is always the same for a text. */
export const keyOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createHash('sha256').update(text).digest());

/** Marks a clip as a browser would while it plays it, from a seeded moment of the mark's period on. */
export async function markClip(clip: Clip): Promise<MarkedClip> {
  const random = seededRandom(`mark ${clip.name}`);
  const key = keyOf(`key ${clip.name}`);
  const id = random.below(2 ** 32);
  const original = await resampled(clip, PLAYBACK_RATE_HZ);
  const pattern = await clientPattern(key, id);
  const startSeconds = random.uniform() * 200;
  const [samples] = embedPattern([original.samples], PLAYBACK_RATE_HZ, pattern, startSeconds);
  if (!samples) throw new Error('The embedder gave no channel.');
  return { name: clip.name, original, marked: { samples, sampleRateHz: PLAYBACK_RATE_HZ }, key, id };
}

/** Lengths that are measured under an attack. */
export const lengthsFor = (attack: AttackName, seconds: readonly number[]): number[] =>
  seconds.filter(length => !SPEED_ATTACKS.has(attack) || length >= SPEED_SECONDS);

function excerpt({ samples, sampleRateHz }: Sound, startSeconds: number, seconds: number): Sound {
  const start = Math.round(startSeconds * sampleRateHz);
  return { samples: samples.subarray(start, start + Math.round(seconds * sampleRateHz)), sampleRateHz };
}

function outcomeOf(answer: Answer, id: number): Trial['outcome'] {
  if (!answer.found) return 'none';
  return answer.id === id ? 'right' : 'wrong';
}

/** Attacks a marked clip and looks for the id in excerpts of what is left. */
export async function runTrials(clip: MarkedClip, task: DetectionTask): Promise<Trial[]> {
  const attacked = await ATTACKS[task.attack](clip.marked);
  const random = seededRandom(`starts ${clip.name}`);
  const room = Math.max(0, attacked.samples.length / attacked.sampleRateHz - LONGEST_SECONDS);
  const starts = Array.from(
    { length: task.starts },
    (_, start) => ((start + random.uniform()) / task.starts) * room,
  );
  const trials: Trial[] = [];
  for (const [start, startSeconds] of starts.entries())
    for (const seconds of lengthsFor(task.attack, task.seconds)) {
      const heard = excerpt(attacked, startSeconds, seconds);
      const answer = await detect(heard, clip.key, { speeds: SPEED_ATTACKS.has(task.attack) });
      const { score, threshold } = answer;
      const outcome = outcomeOf(answer, clip.id);
      trials.push({ clip: clip.name, attack: task.attack, start, seconds, outcome, score, threshold });
    }
  return trials;
}
