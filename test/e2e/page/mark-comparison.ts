import { clientPattern, Embedder, type OutputReport } from '@secure-call/watermark';
import type { Quantum, SoundTap } from './sound-tap.ts';

/** A session's watermark, as the key service gives it. */
export interface SessionMark {
  readonly id: number;
  /** base64url */
  readonly key: string;
}

/** How what came out compares with the mark put into what went in, by the same code outside the audio thread. */
export interface MarkComparison {
  readonly seconds: number;
  /** Largest difference between a sample that was heard, so is not 0, and the one that was due. */
  readonly largestError: number;
  /** Samples that are 0 where sound was due: the gate was closed. */
  readonly missedSamples: number;
  /** Level of the mark against that of the sound, in decibels. */
  readonly markDb: number;
  /** Root mean square of what came out. */
  readonly level: number;
  /** Quanta that the output rendered and the marker did not mark, or the tap did not get. */
  readonly lostQuanta: number;
}

const QUANTUM = 128;
const SILENCE = new Float32Array(QUANTUM);

/** Puts `mark` into all that went into the player's worklet, and compares. */
export async function compareMark(sound: SoundTap, mark: SessionMark): Promise<MarkComparison> {
  const { sampleRateHz } = sound.recording();
  const { heard, earlierFrames, lostQuanta } = whole(sound, sampleRateHz);
  const pattern = await clientPattern(bytesOf(mark.key), mark.id);
  const tally = new MarkTally(new Embedder({ sampleRateHz, channelCount: 2, pattern }), earlierFrames);
  for (const quantum of heard) tally.add(quantum);
  return { seconds: (heard.length * QUANTUM) / sampleRateHz, ...tally.result(), lostQuanta };
}

/** What was heard since the tap was at both ends of the worklet, and how much the worklet had marked until then. */
function whole(
  { quanta, told }: SoundTap,
  sampleRateHz: number,
): { heard: readonly Quantum[]; earlierFrames: number; lostQuanta: number } {
  const sound = quanta.find(quantum => quantum[2].some(sample => sample !== 0));
  // While the graph is being put together engines leave worklets out; once there is sound nothing may be missing.
  const begun = told.find(report => sound && report.seconds * sampleRateHz >= sound[4]);
  const lastTold = told.at(-1);
  if (!begun || !lastTold) throw new Error('No sound went through the worklet.');
  const markedFrom = Math.round(begun.seconds * sampleRateHz) + QUANTUM - begun.markedFrames;
  const heard = quanta.slice(quanta.findIndex(([, , into, , at]) => into.length > 0 && at >= markedFrom));
  const [start, last] = [heard[0], heard.at(-1)];
  if (!start || !last) throw new Error('Nothing was heard of it.');
  const untapped = (last[4] - start[4]) / QUANTUM + 1 - heard.length;
  const unmarked = (unmarkedFrames(lastTold) - unmarkedFrames(begun)) / QUANTUM;
  return { heard, earlierFrames: start[4] - markedFrom, lostQuanta: untapped + unmarked };
}

const unmarkedFrames = ({ frames, markedFrames }: OutputReport): number => frames - markedFrames;

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), character =>
    character.charCodeAt(0),
  );

/** Follows the marker quantum by quantum. */
class MarkTally {
  readonly #embedder: Embedder;
  /** What went in, as late as the embedder lets it out; left side. */
  readonly #late: Float32Array;
  #at = 0;
  #samples = 0;
  #largestError = 0;
  #missedSamples = 0;
  #markEnergy = 0;
  #soundEnergy = 0;
  #before: Quantum | undefined;

  /** @param earlierFrames - of silence, which the marker has marked before there was anything to hear */
  constructor(embedder: Embedder, earlierFrames: number) {
    const silence = [new Float32Array(earlierFrames), new Float32Array(earlierFrames)];
    embedder.process(silence, silence);
    this.#embedder = embedder;
    this.#late = new Float32Array(embedder.latencySamples);
  }

  add(quantum: Quantum): void {
    const [left, right, ...into] = quantum;
    // A node without an active input gets none.
    const [intoLeft, intoRight] = into[0].length > 0 ? into : [SILENCE, SILENCE];
    const due = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)] as const;
    this.#embedder.process([intoLeft, intoRight], due);
    const plain = this.#late.slice(this.#at, this.#at + QUANTUM);
    this.#late.set(intoLeft, this.#at);
    this.#at = (this.#at + QUANTUM) % this.#late.length;
    // Chromium renders the last quantum once more where a worklet throws.
    if (!isSame(left, this.#before?.[0])) {
      this.#compare(left, due[0]);
      this.#compare(right, due[1]);
      this.#measure(left, plain);
    }
    this.#before = quantum;
  }

  #compare(side: Float32Array, due: Float32Array): void {
    side.forEach((sample, index) => {
      const error = Math.abs(sample - (due[index] ?? 0));
      if (sample !== 0) this.#largestError = Math.max(this.#largestError, error);
      else if (error > 1e-4) this.#missedSamples += 1;
    });
  }

  #measure(side: Float32Array, plain: Float32Array): void {
    this.#samples += side.length;
    side.forEach((sample, index) => {
      this.#soundEnergy += sample ** 2;
      if (sample !== 0) this.#markEnergy += (sample - (plain[index] ?? 0)) ** 2;
    });
  }

  result(): Omit<MarkComparison, 'seconds' | 'lostQuanta'> {
    return {
      largestError: this.#largestError,
      missedSamples: this.#missedSamples,
      markDb: 10 * Math.log10(this.#markEnergy / this.#soundEnergy),
      level: Math.sqrt(this.#soundEnergy / this.#samples),
    };
  }
}

const isSame = (side: Float32Array, other: Float32Array | undefined): boolean =>
  other !== undefined && side.every((sample, index) => sample === other[index]);
