import {
  ChannelMergerNode,
  ChannelSplitterNode,
  GainNode,
  type IAudioNode,
  type IGainNode,
  type IMediaElementAudioSourceNode,
  type IMinimalAudioContext,
  MediaElementAudioSourceNode,
  // The whole AudioContext would bring every node there is into the bundle.
  MinimalAudioContext,
} from 'standardized-audio-context';

/** One channel's way to both ears. */
interface ChannelPath {
  readonly left: IGainNode<IMinimalAudioContext>;
  readonly right: IGainNode<IMinimalAudioContext>;
}

/**
 * Media element (with its volume) -> per-channel gain and pan -> gate -> output. The gate stands open only for as long as the
 * key service allowed, and the audio clock closes it: no timer and no script is needed for silence.
 */
export class AudioGraph {
  readonly #context = new MinimalAudioContext({ latencyHint: 'playback' });
  readonly #gate: IGainNode<IMinimalAudioContext> = new GainNode(this.#context);
  #source: IMediaElementAudioSourceNode<IMinimalAudioContext> | undefined;
  #paths: readonly ChannelPath[] = [];
  #openUntil = 0;
  /** The same moment by the wall clock: the audio clock stands still while the machine sleeps. */
  #openUntilMs = 0;

  /** Call it inside a click: browsers let sound start only then. */
  constructor() {
    this.#gate.gain.value = 0;
    this.#gate.connect(this.#context.destination);
    this.resume();
  }

  /** Resumes a context that the browser has suspended. */
  resume(): void {
    void this.#context.resume().catch(() => undefined);
  }

  get running(): boolean {
    return this.#context.state === 'running';
  }

  /** Takes the sound of `media`, which never reaches the output another way again. */
  connect(media: HTMLMediaElement, channelCount: number): void {
    this.#source = new MediaElementAudioSourceNode(this.#context, { mediaElement: media });
    const splitter = new ChannelSplitterNode(this.#context, { numberOfOutputs: channelCount });
    const merger = new ChannelMergerNode(this.#context, { numberOfInputs: 2 });
    this.#mixedTo(channelCount, this.#source).connect(splitter);
    merger.connect(this.#gate);
    this.#paths = Array.from({ length: channelCount }, (_, channel) => {
      const left = new GainNode(this.#context);
      const right = new GainNode(this.#context);
      splitter.connect(left, channel).connect(merger, 0, 0);
      splitter.connect(right, channel).connect(merger, 0, 1);
      return { left, right };
    });
  }

  /** A recording known to have one channel may come with two: neither side is left out then. */
  #mixedTo(
    channelCount: number,
    source: IMediaElementAudioSourceNode<IMinimalAudioContext>,
  ): IAudioNode<IMinimalAudioContext> {
    if (channelCount > 1) return source;
    const mono = new GainNode(this.#context, { channelCount: 1, channelCountMode: 'explicit' });
    return source.connect(mono);
  }

  /**
   * @param gain - linear; 0 = muted
   * @param pan - -1 left only, 0 both at full level, 1 right only
   */
  setChannel(channel: number, gain: number, pan: number): void {
    const path = this.#paths[channel];
    if (!path) return;
    path.left.gain.value = gain * Math.min(1, 1 - pan);
    path.right.gain.value = gain * Math.min(1, 1 + pan);
  }

  /** Seconds for which sound may still come out. */
  get allowedSeconds(): number {
    const byWallClock = (this.#openUntilMs - Date.now()) / 1000;
    return Math.max(0, Math.min(this.#openUntil - this.#context.currentTime, byWallClock));
  }

  /** Opens the gate now and lets the audio clock close it in `seconds`. */
  allowFor(seconds: number): void {
    const now = this.#context.currentTime;
    this.#openUntil = now + seconds;
    this.#openUntilMs = Date.now() + seconds * 1000;
    this.#gate.gain.cancelScheduledValues(0);
    this.#gate.gain.setValueAtTime(1, now);
    this.#gate.gain.setValueAtTime(0, this.#openUntil);
  }

  /** Silence at once, whatever is buffered. */
  silence(): void {
    const now = this.#context.currentTime;
    this.#openUntil = now;
    this.#gate.gain.cancelScheduledValues(0);
    this.#gate.gain.setValueAtTime(0, now);
  }

  async close(): Promise<void> {
    this.silence();
    this.#source?.disconnect();
    await this.#context.close().catch(() => undefined);
  }
}
