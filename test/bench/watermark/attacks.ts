import { bandPassed } from './filters.ts';
import { convolve } from './fourier.ts';
import { ACROSS_ROOM, FAR_ROOM, impulseResponse, NEAR_ROOM, type Room } from './room.ts';
import { seededRandom } from './seeded-random.ts';
import { processSound } from './sound-process.ts';
import { rawFloats, resampled, type Sound } from './sound.ts';

/** What happens to a recording on its way from a listener's loudspeaker to whoever looks for a mark in it. */
export type Attack = (sound: Sound) => Promise<Sound>;

/** Telephones' rate; what adds noise does it at this rate, so that all of the noise lies where the mark does. */
export const TELEPHONE_RATE_HZ = 8000;

const ffmpeg = (...args: string[]): string[] => ['ffmpeg', '-v', 'error', ...args];
const soxFloats = (sampleRateHz: number): string[] =>
  `-t raw -e floating-point -b 32 -c 1 -r ${sampleRateHz} -`.split(' ');

/** Takes an encoder's delay away and what it padded, so that sound stays where it was. */
function inPlace(
  samples: Float32Array<ArrayBuffer>,
  delay: number,
  before: Sound,
  sampleRateHz: number,
): Sound {
  const length = Math.round((before.samples.length / before.sampleRateHz) * sampleRateHz);
  return { samples: samples.subarray(delay, delay + length), sampleRateHz };
}

interface Coder {
  readonly sampleRateHz: number;
  readonly container: string;
  readonly encoder: readonly string[];
  /** By how many samples at the coder's rate sound comes late, where the container does not tell the decoder. */
  readonly delay?: number;
}

/** Through an encoder of ffmpeg and back. */
function coded({ sampleRateHz, container, encoder, delay = 0 }: Coder): Attack {
  return async sound => {
    const input = [...rawFloats(sound.sampleRateHz), '-i', 'pipe:0'];
    const output = ['-ar', String(sampleRateHz), '-c:a', ...encoder, '-f', container, 'pipe:1'];
    const encode = ffmpeg(...input, ...output);
    const decode = ffmpeg('-f', container, '-i', 'pipe:0', ...rawFloats(sampleRateHz), 'pipe:1');
    const samples = await processSound(sound.samples, [encode, decode]);
    return inPlace(samples, delay, sound, sampleRateHz);
  };
}

/** Else sox adds noise that is another one each time. */
const WITHOUT_DITHER = ['-D'];

/** Samples by which sox's AMR encoder and decoder delay sound: 5 ms of look-ahead. */
const AMR_DELAY = 40;

/** Through sox's AMR encoder and back. @param mode 0 is 4.75 kbit/s, 7 is 12.2 kbit/s */
function adaptiveMultiRate(mode: number): Attack {
  return async sound => {
    const { samples } = await resampled(sound, TELEPHONE_RATE_HZ);
    const floats = soxFloats(TELEPHONE_RATE_HZ);
    const encode = ['sox', ...WITHOUT_DITHER, ...floats, '-C', String(mode), '-t', 'amr-nb', '-'];
    const decode = ['sox', ...WITHOUT_DITHER, '-t', 'amr-nb', '-', ...floats];
    return inPlace(await processSound(samples, [encode, decode]), AMR_DELAY, sound, TELEPHONE_RATE_HZ);
  };
}

/** Through one of sox's effects, at the sound's own rate. */
export function sox(...effect: string[]): Attack {
  return async ({ samples, sampleRateHz }) => {
    const floats = soxFloats(sampleRateHz);
    return { samples: await processSound(samples, [['sox', ...floats, ...floats, ...effect]]), sampleRateHz };
  };
}

/** White noise so many decibels below the speech, measured over the whole clip. */
export function withNoise({ samples, sampleRateHz }: Sound, ratioDecibels: number, seed: string): Sound {
  const random = seededRandom(seed);
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  const level = Math.sqrt(power) * 10 ** (-ratioDecibels / 20);
  return { samples: samples.map(sample => sample + level * random.normal()), sampleRateHz };
}

const noise =
  (ratioDecibels: number): Attack =>
  async sound =>
    withNoise(await resampled(sound, TELEPHONE_RATE_HZ), ratioDecibels, `noise ${ratioDecibels}`);

/** The rate at which rooms are computed. */
export const ROOM_RATE_HZ = 16_000;

/**
 * What a room makes of sound, and a recorder's noise: so many decibels below what the recorder hears. Below 150 Hz it hears
 * nothing; there a room of images, which all add up, makes more of a hum than the speech is loud (Allen and Berkley 1979).
 * @param response - at `ROOM_RATE_HZ`
 */
export const heardThrough =
  (response: Float64Array<ArrayBuffer>, ratioDecibels: number, seed: string): Attack =>
  async sound => {
    const { samples } = await resampled(sound, ROOM_RATE_HZ);
    const heard = { samples: convolve(samples, response), sampleRateHz: ROOM_RATE_HZ };
    return withNoise(bandPassed(heard, 150, 7000), ratioDecibels, seed);
  };

/** Played by a loudspeaker and recorded across a room. */
const playedIn =
  (room: Room, ratioDecibels: number): Attack =>
  sound =>
    heardThrough(impulseResponse(room, ROOM_RATE_HZ), ratioDecibels, room.seed)(sound);

const bandPass: Attack = async sound => bandPassed(sound, 300, 3400);

const scaled =
  (gain: number): Attack =>
  async ({ samples, sampleRateHz }) => ({ samples: samples.map(sample => sample * gain), sampleRateHz });

/** Someone takes 0.3 to 2 s away every 4 to 8 s. */
const cuts: Attack = async ({ samples, sampleRateHz }) => {
  const random = seededRandom('cuts');
  const kept: number[] = [];
  for (let start = 0; start < samples.length;) {
    const end = start + Math.round((4 + 4 * random.uniform()) * sampleRateHz);
    for (let index = start; index < Math.min(end, samples.length); index += 1)
      kept.push(samples[index] as number);
    start = end + Math.round((0.3 + 1.7 * random.uniform()) * sampleRateHz);
  }
  return { samples: Float32Array.from(kept), sampleRateHz };
};

export const inTurn =
  (...attacks: Attack[]): Attack =>
  async sound => {
    let changed = sound;
    for (const attack of attacks) changed = await attack(changed);
    return changed;
  };

export const opus = (bitsPerSecond: string): Attack =>
  coded({
    sampleRateHz: 48_000,
    container: 'ogg',
    encoder: ['libopus', '-application', 'voip', '-b:a', bitsPerSecond],
  });

const mp3 = (bitsPerSecond: string, sampleRateHz: number): Attack =>
  coded({
    sampleRateHz,
    container: 'matroska',
    delay: 1105,
    encoder: ['libmp3lame', '-b:a', bitsPerSecond],
  });

const aac = (bitsPerSecond: string): Attack =>
  coded({
    sampleRateHz: 48_000,
    container: 'matroska',
    delay: 1024,
    encoder: ['aac', '-b:a', bitsPerSecond],
  });

const telephone = (encoder: string, container: string): Attack =>
  coded({ sampleRateHz: TELEPHONE_RATE_HZ, container, encoder: [encoder] });

const muLaw = telephone('pcm_mulaw', 'matroska');

/** Every attack, by the name under which results are kept. */
export const ATTACKS = {
  none: async sound => sound,
  g711: muLaw,
  'mp3-64': mp3('64k', 48_000),
  'mp3-32': mp3('32k', 48_000),
  'mp3-16': mp3('16k', 16_000),
  'opus-24': opus('24k'),
  'opus-12': opus('12k'),
  'aac-32': aac('32k'),
  gsm: telephone('libgsm_ms', 'wav'),
  'amr-12.2': adaptiveMultiRate(7),
  'amr-4.75': adaptiveMultiRate(0),
  'noise-20': noise(20),
  'noise-10': noise(10),
  'band-pass': bandPass,
  'band-pass+g711+noise-20': inTurn(bandPass, muLaw, noise(20)),
  room: playedIn(NEAR_ROOM, 25),
  'far-room': playedIn(FAR_ROOM, 15),
  'across-room': playedIn(ACROSS_ROOM, 15),
  'room+opus-12': inTurn(playedIn(NEAR_ROOM, 25), opus('12k')),
  'silence-trimmed': sox('silence', '-l', '1', '0.1', '1%', '-1', '0.4', '1%'),
  'speed+1': sox('speed', '1.01'),
  'speed-1': sox('speed', '0.99'),
  'speed+3': sox('speed', '1.03'),
  'speed-3': sox('speed', '0.97'),
  'tempo-1.05': sox('tempo', '-s', '1.05'),
  polarity: scaled(-1),
  'level-20': scaled(0.1),
  cuts,
} satisfies Record<string, Attack>;

/** Name of an attack. */
export type AttackName = keyof typeof ATTACKS;
