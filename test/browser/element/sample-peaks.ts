import type { Peaks } from '@secure-call/player';

export const peaksPerSecond = 20;

/** Peaks of a call in which each channel has a level of its own at every twentieth of a second. */
export function samplePeaks(
  durationSeconds: number,
  ...levels: readonly ((seconds: number) => number)[]
): Peaks {
  const length = Math.round(durationSeconds * peaksPerSecond);
  const channels = levels.map(level =>
    Uint8Array.from({ length }, (_, place) => level(place / peaksPerSecond)),
  );
  return { peaksPerSecond, channels };
}

/** Two people who take turns in telephone quality, with pauses; always the same. */
export function conversationPeaks(durationSeconds: number): Peaks {
  const random = pseudoRandom(7);
  const turns: { readonly speaker: number; readonly until: number }[] = [];
  for (let until = 0, speaker = 1; until < durationSeconds; speaker = 1 - speaker) {
    until += 4 + 22 * random() ** 2;
    turns.push({ speaker, until });
    until += 1 + 8 * random() ** 2;
    turns.push({ speaker: -1, until });
  }
  const speakers = [0, 1].map(own => (seconds: number): number => {
    const turn = turns.find(({ until }) => seconds < until);
    const syllable = 0.35 + 0.65 * Math.abs(Math.sin(seconds * (5 + own) + 3 * Math.sin(seconds)));
    const loudness = (own === 0 ? 105 : 80) * (0.6 + 0.4 * Math.sin(seconds / 3 + own));
    return turn?.speaker === own ? 4 + loudness * syllable * (0.5 + 0.5 * random()) : 2 * random();
  });
  return samplePeaks(durationSeconds, ...speakers);
}

/** Numbers from 0 to 1 that are the same in every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
