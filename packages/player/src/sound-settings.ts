import type { AudioGraph } from './audio-graph.ts';
import type { ChannelSettings, PlaybackSettings } from './call-player.ts';
import { ChannelMix } from './channel-mix.ts';
import type { ChannelState, OpenCall } from './player-state.ts';
import type { OpenedSession } from './vault/vault-messages.ts';

const SLOWEST_RATE = 0.5;
const FASTEST_RATE = 3;

/** What the listener has set: speed, volume, loop, and how each channel is heard. */
export class SoundSettings {
  readonly #media: HTMLMediaElement;
  #mix: ChannelMix | undefined;
  #maxRate = 1;
  #loop = false;

  constructor(media: HTMLMediaElement) {
    media.preservesPitch = true;
    this.#media = media;
  }

  /** From now on the recording's channels are known. */
  opened(graph: AudioGraph, { roles, maxRate }: OpenedSession): void {
    this.#mix = new ChannelMix(graph, roles);
    this.#maxRate = Math.min(FASTEST_RATE, maxRate);
  }

  get loop(): boolean {
    return this.#loop;
  }

  /** The settings as they are heard. */
  get state(): Pick<OpenCall, 'playbackRate' | 'volume' | 'muted' | 'loop' | 'channels'> {
    const { playbackRate, volume, muted } = this.#media;
    return { playbackRate, volume, muted, loop: this.#loop, channels: this.#mix?.states ?? [] };
  }

  set({ playbackRate, volume, muted, loop }: PlaybackSettings): void {
    if (playbackRate !== undefined)
      this.#media.playbackRate = Math.min(Math.max(SLOWEST_RATE, playbackRate), this.#maxRate);
    if (volume !== undefined) this.#media.volume = Math.min(Math.max(0, volume), 1);
    if (muted !== undefined) this.#media.muted = muted;
    if (loop !== undefined) this.#loop = loop;
  }

  /** @returns the channel as it is heard now; undefined when there is no such channel */
  setChannel(channel: number, settings: ChannelSettings): ChannelState | undefined {
    return this.#mix?.set(channel, settings);
  }
}
