import { Embedder } from '../embedder.ts';
import type { MarkedQuantum } from './marked-quantum.ts';
import { MARKED_CHANNELS, type MarkerOptions } from './worklet-contract.ts';

/** Marks whatever passes, silence included, so that the mark goes on by the output's clock whatever the media does. */
export class WatermarkMarker extends AudioWorkletProcessor {
  readonly #embedder: Embedder;
  readonly #quantum: MarkedQuantum;

  constructor({ pattern }: MarkerOptions, quantum: MarkedQuantum) {
    super();
    this.#embedder = new Embedder({ sampleRateHz: sampleRate, channelCount: MARKED_CHANNELS, pattern });
    this.#quantum = quantum;
  }

  process(inputs: readonly Float32Array[][], outputs: readonly Float32Array[][]): boolean {
    const input = inputs[0];
    const output = outputs[0];
    if (!input || !output) return true;
    this.#embedder.process(input, output);
    this.#quantum.keep(output);
    return true;
  }
}
