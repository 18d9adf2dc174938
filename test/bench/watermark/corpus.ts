import { seededRandom } from './seeded-random.ts';
import { type Sound, speechLevel } from './sound.ts';
import { CORPUS_RATE_HZ, recordedPrompts } from './recorded-prompts.ts';

export { CORPUS_RATE_HZ } from './recorded-prompts.ts';
import { JUDGING_VOICES, TRAINING_VOICES, type Voice } from './voices.ts';

/** Speech of one voice, 8 kHz. */
export interface Clip extends Sound {
  /** The voice's name and the clip's number. */
  readonly name: string;
  readonly voice: string;
}

/** How much of each voice is taken. */
export interface ClipChoice {
  readonly clipSeconds: number;
  /** At most so many clips of one voice. */
  readonly clipsOfVoice: number;
  /** Names of voices, when not all are wanted. */
  readonly voices?: readonly string[];
}

/** Active level of every clip: -26 dB below full scale, the usual level of speech in telephone networks. */
const SPEECH_LEVEL = 10 ** (-26 / 20);

const PAUSE_SECONDS = { least: 0.25, most: 0.6 };

/** Shorter clips have too little speech to be worth a place. */
const LEAST_SECONDS = 5;

function atSpeechLevel(samples: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const gain = SPEECH_LEVEL / speechLevel({ samples, sampleRateHz: CORPUS_RATE_HZ });
  return samples.map(sample => Math.min(1, Math.max(-1, sample * gain)));
}

/** Puts sounds one behind the other. */
export function joined(parts: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** Prompts of a voice one behind the other with seeded pauses: all, or the first `mostSeconds` and a little. */
async function joinedPrompts(voice: Voice, mostSeconds: number): Promise<Float32Array<ArrayBuffer>> {
  const random = seededRandom(`pauses ${voice.name}`);
  const parts: Float32Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const prompt of recordedPrompts(voice)) {
    const pauseSeconds = PAUSE_SECONDS.least + random.uniform() * (PAUSE_SECONDS.most - PAUSE_SECONDS.least);
    const pause = new Float32Array(Math.round(pauseSeconds * CORPUS_RATE_HZ));
    parts.push(prompt, pause);
    length += prompt.length + pause.length;
    if (length >= mostSeconds * CORPUS_RATE_HZ) break;
  }
  return joined(parts);
}

/** Each prompt is heard once; the last clip of a voice may be shorter. */
async function clipsOfOne(voice: Voice, { clipSeconds, clipsOfVoice }: ClipChoice): Promise<Clip[]> {
  const whole = await joinedPrompts(voice, clipSeconds * clipsOfVoice);
  const length = clipSeconds * CORPUS_RATE_HZ;
  const clips: Clip[] = [];
  for (let start = 0; start + LEAST_SECONDS * CORPUS_RATE_HZ <= whole.length; start += length) {
    if (clips.length === clipsOfVoice) break;
    const name = `${voice.name}-${String(clips.length + 1).padStart(2, '0')}`;
    const samples = atSpeechLevel(whole.slice(start, start + length));
    clips.push({ name, voice: voice.name, samples, sampleRateHz: CORPUS_RATE_HZ });
  }
  return clips;
}

async function clipsOf(voices: readonly Voice[], choice: ClipChoice): Promise<Clip[]> {
  const clips: Clip[] = [];
  const chosen = voices.filter(({ name }) => choice.voices?.includes(name) ?? true);
  for (const voice of chosen) clips.push(...(await clipsOfOne(voice, choice)));
  return clips;
}

/** What training may hear: by default all of it, in clips of 20 s. */
export function trainingClips(choice: Partial<ClipChoice> = {}): Promise<Clip[]> {
  return clipsOf(TRAINING_VOICES, { clipSeconds: 20, clipsOfVoice: Infinity, ...choice });
}

/** What the bars are measured on: by default two clips of 80 s of each of four recordings. */
export function judgingClips(choice: Partial<ClipChoice> = {}): Promise<Clip[]> {
  return clipsOf(JUDGING_VOICES, { clipSeconds: 80, clipsOfVoice: 2, ...choice });
}

/** Unmarked speech for false positives: both lists, since nothing is tuned on whether a mark is found in it. */
export function unmarkedClips(choice: Partial<ClipChoice> = {}): Promise<Clip[]> {
  const voices = [...JUDGING_VOICES, ...TRAINING_VOICES];
  return clipsOf(voices, { clipSeconds: 20, clipsOfVoice: 8, ...choice });
}
