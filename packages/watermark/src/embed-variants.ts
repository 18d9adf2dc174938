import type { ChipSource, SegmentLayout } from './segment-chips.ts';
import { SegmentGains } from './segment-gains.ts';
import { VariantEmbedder } from './variant-embedder.ts';

/** A piece of a recording: one array a channel, equally long. */
export type SoundBlock = readonly Float32Array<ArrayBuffer>[];

/** The same piece in both variants of the forensic mark. */
export interface VariantBlocks {
  readonly a: SoundBlock;
  readonly b: SoundBlock;
}

/** Sound is marked in pieces this long, so that the chips of few segments are needed at a time. */
const PIECE_SECONDS = 1;

/** Frames reach this far beyond what passes, at most. */
const MARGIN_SECONDS = 0.05;

/**
 * Puts the forensic mark into a recording as it is read, in both variants. Memory does not grow with the length.
 * @param blocks - the recording from its first sample on, in pieces of any length, always as many channels
 * @returns as many samples as were given, not delayed
 * @throws RangeError when a sample is not finite
 */
export async function* embedVariants(
  blocks: AsyncIterable<SoundBlock> | Iterable<SoundBlock>,
  layout: SegmentLayout,
  chips: ChipSource,
): AsyncGenerator<VariantBlocks, void, undefined> {
  let marking: Marking | undefined;
  for await (const block of blocks) {
    marking ??= new Marking(layout, block.length, chips);
    yield* marking.pass(block);
  }
  if (marking) yield* marking.finish();
}

/** One recording on its way through the embedder. */
class Marking {
  readonly #rateHz: number;
  readonly #chips: ChipSource;
  readonly #gains: SegmentGains;
  readonly #embedder: VariantEmbedder;
  readonly #channelCount: number;
  #taken = 0;

  constructor(layout: SegmentLayout, channelCount: number, chips: ChipSource) {
    this.#rateHz = layout.sampleRateHz;
    this.#chips = chips;
    this.#gains = new SegmentGains(layout);
    this.#embedder = new VariantEmbedder(layout.sampleRateHz, channelCount, this.#gains);
    this.#channelCount = channelCount;
  }

  async *pass(block: SoundBlock): AsyncGenerator<VariantBlocks, void, undefined> {
    const { length = 0 } = block[0] ?? {};
    const piece = PIECE_SECONDS * this.#rateHz;
    for (let from = 0; from < length; from += piece) {
      const input = block.map(channel => channel.subarray(from, from + piece));
      const marked = await this.#mark(input);
      if (marked) yield marked;
    }
  }

  /** Gives what is still in the embedder. */
  finish(): AsyncGenerator<VariantBlocks, void, undefined> {
    const { latencySamples } = this.#embedder;
    return this.pass(Array.from({ length: this.#channelCount }, () => new Float32Array(latencySamples)));
  }

  /** @returns undefined while nothing has come out but the embedder's own delay */
  async #mark(input: SoundBlock): Promise<VariantBlocks | undefined> {
    const { length = 0 } = input[0] ?? {};
    await this.#supplyChips(length);
    const a = input.map(() => new Float32Array(length));
    const b = input.map(() => new Float32Array(length));
    this.#embedder.process(input, a, b);
    const delay = Math.max(0, this.#embedder.latencySamples - this.#taken);
    this.#taken += length;
    if (delay >= length) return undefined;
    const undelayed = (channel: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> =>
      channel.subarray(delay);
    return { a: a.map(undelayed), b: b.map(undelayed) };
  }

  async #supplyChips(length: number): Promise<void> {
    const first = this.#gains.segmentAt(this.#taken / this.#rateHz - MARGIN_SECONDS);
    const last = this.#gains.segmentAt((this.#taken + length) / this.#rateHz + MARGIN_SECONDS);
    for (let index = first; index <= last; index += 1) {
      if (!this.#gains.has(index)) this.#gains.supply(index, await this.#chips.segment(index));
    }
  }
}
