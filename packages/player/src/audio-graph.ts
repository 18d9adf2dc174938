import type { TilePattern } from '@secure-call/watermark';
import type {
  IAudioNode,
  IGainNode,
  IMediaElementAudioSourceNode,
  IMinimalAudioContext,
} from 'standardized-audio-context';
import {
  ChannelMergerNode,
  ChannelSplitterNode,
  GainNode,
  MediaElementAudioSourceNode,
  MinimalAudioContext,
} from './audio-nodes.ts';
import { ClearerSpeech } from './clearer-speech.ts';
import { MarkedOutput } from './marked-output.ts';
import { nativeContext, nativeNode } from './native-audio.ts';
import { OutputGate } from './output-gate.ts';
import { createWatermarkNodes, loadWatermark } from './watermark-nodes.ts';

/** One channel's way to both ears. */
interface ChannelPath {
  readonly left: IGainNode<IMinimalAudioContext>;
  readonly right: IGainNode<IMinimalAudioContext>;
}

/** Media element (with its volume) -> per-channel gain and pan -> clearer speech -> watermark -> gate -> the watermark's guard -> output. */
export class AudioGraph {
  readonly #context = new MinimalAudioContext({ latencyHint: 'playback' });
  readonly #mixed = new ChannelMergerNode(this.#context, { numberOfInputs: 2 });
  readonly #gate = new OutputGate(nativeContext(this.#context));
  readonly #speech = new ClearerSpeech(nativeContext(this.#context), nativeNode(this.#mixed));
  #source: IMediaElementAudioSourceNode<IMinimalAudioContext> | undefined;
  #paths: readonly ChannelPath[] = [];
  #marked: MarkedOutput | undefined;

  /** No audio thread runs until `resume()`. */
  suspend(): void {
    void this.#context.suspend().catch(() => undefined);
  }

  /** Call it inside a click: browsers let sound start only then. */
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
    this.#mixedTo(channelCount, this.#source).connect(splitter);
    this.#paths = Array.from({ length: channelCount }, (_, channel) => {
      const left = new GainNode(this.#context);
      const right = new GainNode(this.#context);
      splitter.connect(left, channel).connect(this.#mixed, 0, 0);
      splitter.connect(right, channel).connect(this.#mixed, 0, 1);
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

  /** Leads the sound out as it is. Without this or `leadOutMarked` there is none. */
  leadOut(): void {
    this.#gate.lead(this.#speech.output);
  }

  /**
   * Leads the sound out through the watermark.
   * @param pattern - what this session puts into the sound
   * @param lost - called once, when sound no longer comes out marked; there is silence by then
   * @throws {SecureCallError} where the watermark does not start; nothing is heard then
   */
  async leadOutMarked(
    workletUrl: string | URL | undefined,
    pattern: Promise<TilePattern>,
    lost: () => void,
  ): Promise<void> {
    const context = nativeContext(this.#context);
    const [tiles] = await Promise.all([pattern, loadWatermark(context, workletUrl)]);
    const nodes = createWatermarkNodes(context, tiles);
    this.#marked = new MarkedOutput(this.#gate, nodes, lost);
    this.#speech.output.connect(nodes.marker);
    this.#gate.lead(nodes.marker, nodes.guard);
  }

  /** Call it now and then while sound is due. */
  checkMark(): void {
    this.#marked?.check();
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

  clearSpeech(on: boolean): void {
    this.#speech.on = on;
  }

  /** @returns whether the sound goes there now; not every browser can choose */
  async sendTo(deviceId: string): Promise<boolean> {
    const context: AudioContext & { setSinkId?(id: string): Promise<void> } = nativeContext(this.#context);
    if (context.setSinkId === undefined) return false;
    return context.setSinkId(deviceId).then(
      () => true,
      () => false,
    );
  }

  /** Seconds for which the service lets sound come out. */
  get allowedSeconds(): number {
    return this.#gate.allowedSeconds;
  }

  /** Lets sound out now and has the audio clock end it in `seconds`. */
  allowFor(seconds: number): void {
    this.#gate.allowFor(seconds);
  }

  /** Silence at once, whatever is buffered. */
  silence(): void {
    this.#gate.silence();
  }

  async close(): Promise<void> {
    this.silence();
    this.#source?.disconnect();
    await this.#context.close().catch(() => undefined);
  }
}
