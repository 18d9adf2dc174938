/**
 * Makes telephone speech easier to follow: rumble is cut, consonants are lifted, and loud and quiet come closer. Off, the
 * sound passes as it is.
 */
export class ClearerSpeech {
  readonly #input: AudioNode;
  readonly #chain: readonly AudioNode[];
  /** Where the sound goes on. */
  readonly output: GainNode;

  constructor(context: BaseAudioContext, input: AudioNode) {
    const rumble = new BiquadFilterNode(context, { type: 'highpass', frequency: 180 });
    const presence = new BiquadFilterNode(context, { type: 'peaking', frequency: 2500, Q: 0.8, gain: 5 });
    const level = new DynamicsCompressorNode(context, { threshold: -30, ratio: 4, knee: 12, release: 0.2 });
    this.#input = input;
    this.output = new GainNode(context);
    this.#chain = [rumble, presence, level];
    rumble.connect(presence).connect(level).connect(this.output);
    input.connect(this.output);
  }

  set on(on: boolean) {
    this.#input.disconnect();
    this.#input.connect(on ? (this.#chain[0] ?? this.output) : this.output);
  }
}
