import { clientPattern, Embedder } from '@secure-call/watermark';
import type { SoundTap } from './sound-tap.ts';

/** A session's watermark, as the key service gives it. */
export interface SessionMark {
  readonly id: number;
  /** base64url */
  readonly key: string;
}

/** How what came out compares with the mark put into what went in, by the same code outside the audio thread. */
export interface MarkComparison {
  readonly seconds: number;
  /** Largest difference between a sample that came out and the one that was due. */
  readonly largestError: number;
  /** The same, where a sample that is 0 counts as right: the gate may be closed. */
  readonly largestForeign: number;
  /** Level of the mark against that of the sound, in decibels. */
  readonly markDb: number;
  /** Level of the sound that came out, root mean square. */
  readonly level: number;
  /** Quanta that the output rendered and the tap did not get, or the marker did not mark. */
  readonly lostQuanta: number;
}

const QUANTUM = 128;

/** Puts `mark` into all that went into the player's worklet, and compares. */
export async function compareMark(sound: SoundTap, mark: SessionMark): Promise<MarkComparison> {
  const { quanta, told } = sound;
  const first = quanta.findIndex(quantum => quantum[2].length > 0);
  const heard = quanta.slice(first);
  const [start] = heard;
  if (first < 0 || !start || !told) throw new Error('Nothing went through the worklet.');
  const { sampleRateHz } = sound.recording();
  const markedFrom = Math.round(told.seconds * sampleRateHz) + QUANTUM - told.markedFrames;
  const pattern = await clientPattern(bytesOf(mark.key), mark.id);
  const embedder = new Embedder({ sampleRateHz, channelCount: 2, pattern });
  skipSilence(embedder, start[4] - markedFrom);
  const sum = { largestError: 0, largestForeign: 0, mark: 0, sound: 0 };
  const delay = new Delay(embedder.latencySamples);
  for (const [left, right, intoLeft, intoRight] of heard) {
    const due = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)];
    embedder.process([intoLeft, intoRight], due);
    const plain = delay.process(intoLeft);
    [left, right].forEach((side, channel) => {
      side.forEach((sample, index) => {
        const error = Math.abs(sample - (due[channel]?.[index] ?? 0));
        sum.largestError = Math.max(sum.largestError, error);
        if (sample !== 0) sum.largestForeign = Math.max(sum.largestForeign, error);
      });
    });
    left.forEach((sample, index) => {
      sum.sound += sample ** 2;
      if (sample !== 0) sum.mark += (sample - (plain[index] ?? 0)) ** 2;
    });
  }
  const last = heard.at(-1) ?? start;
  return {
    seconds: (heard.length * QUANTUM) / sampleRateHz,
    largestError: sum.largestError,
    largestForeign: sum.largestForeign,
    markDb: 10 * Math.log10(sum.mark / sum.sound),
    level: Math.sqrt(sum.sound / (heard.length * QUANTUM)),
    lostQuanta:
      (last[4] - start[4]) / QUANTUM + 1 - heard.length + (told.frames - told.markedFrames) / QUANTUM,
  };
}

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), character =>
    character.charCodeAt(0),
  );

/** The marker marks silence too: what it had marked before the tap was there. */
function skipSilence(embedder: Embedder, frames: number): void {
  const silence = [new Float32Array(frames), new Float32Array(frames)];
  embedder.process(silence, silence);
}

/** The sound as late as the embedder lets it out. */
class Delay {
  readonly #ring: Float32Array;
  #at = 0;

  constructor(samples: number) {
    this.#ring = new Float32Array(samples);
  }

  process(input: Float32Array): Float32Array {
    const late = this.#ring.slice(this.#at, this.#at + input.length);
    this.#ring.set(input, this.#at);
    this.#at = (this.#at + input.length) % this.#ring.length;
    return late;
  }
}
