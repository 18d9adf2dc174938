import type { AudioGraph } from './audio-graph.ts';
import type { ChannelSettings, PlaybackSettings } from './call-player.ts';
import { ChannelMix } from './channel-mix.ts';
import type { ChannelState, OpenCall } from './player-state.ts';
import type { OpenedSession } from './vault/vault-messages.ts';

type Switches = 'loop' | 'loopRange' | 'skipSilence' | 'clearerSpeech';

const SLOWEST_RATE = 0.5;
const FASTEST_RATE = 3;

/** What the listener has set: speed, volume, loop, and how each channel is heard. */
export class SoundSettings {
  readonly #media: HTMLMediaElement;
  #mix: ChannelMix | undefined;
  #maxRate = 1;
  #loop = false;
  #loopRange: readonly [number, number] | null = null;
  #skipSilence = false;
  #clearerSpeech = false;
  #graph: AudioGraph | undefined;

  constructor(media: HTMLMediaElement) {
    media.preservesPitch = true;
    this.#media = media;
  }

  /** From now on the recording's channels are known. */
  opened(graph: AudioGraph, { roles, maxRate }: OpenedSession): void {
    this.#mix = new ChannelMix(graph, roles);
    this.#graph = graph;
    this.#maxRate = Math.min(FASTEST_RATE, maxRate);
  }

  get loop(): boolean {
    return this.#loop;
  }

  get loopRange(): readonly [number, number] | null {
    return this.#loopRange;
  }

  get skipSilence(): boolean {
    return this.#skipSilence;
  }

  /** The settings as they are heard. */
  get state(): Pick<OpenCall, 'playbackRate' | 'volume' | 'muted' | 'channels' | Switches> {
    const { playbackRate, volume, muted } = this.#media;
    return {
      playbackRate,
      volume,
      muted,
      loop: this.#loop,
      loopRange: this.#loopRange,
      skipSilence: this.#skipSilence,
      clearerSpeech: this.#clearerSpeech,
      channels: this.#mix?.states ?? [],
    };
  }

  set({ playbackRate, volume, muted, ...switches }: PlaybackSettings): void {
    if (playbackRate !== undefined)
      this.#media.playbackRate = Math.min(Math.max(SLOWEST_RATE, playbackRate), this.#maxRate);
    if (volume !== undefined) this.#media.volume = Math.min(Math.max(0, volume), 1);
    if (muted !== undefined) this.#media.muted = muted;
    this.#switch(switches);
  }

  #switch({ loop, loopRange, skipSilence, clearerSpeech }: PlaybackSettings): void {
    this.#loop = loop ?? this.#loop;
    this.#skipSilence = skipSilence ?? this.#skipSilence;
    if (loopRange !== undefined)
      this.#loopRange = loopRange && loopRange[0] < loopRange[1] ? loopRange : null;
    if (clearerSpeech === undefined || clearerSpeech === this.#clearerSpeech) return;
    this.#clearerSpeech = clearerSpeech;
    this.#graph?.clearSpeech(clearerSpeech);
  }

  /** @returns the channel as it is heard now; undefined when there is no such channel */
  setChannel(channel: number, settings: ChannelSettings): ChannelState | undefined {
    return this.#mix?.set(channel, settings);
  }
}
