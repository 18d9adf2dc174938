import type { AccessEventInput } from '@secure-call/protocol';
import type { AudioGraph } from './audio-graph.ts';
import type { ChannelSettings, PlaybackSettings } from './call-player.ts';
import { ChannelMix } from './channel-mix.ts';
import type { OpenCall } from './player-state.ts';
import type { RecordingPosition } from './recording-position.ts';
import type { OpenedSession } from './vault/vault-messages.ts';

const SLOWEST_RATE = 0.5;
const FASTEST_RATE = 3;

/** What the listener has set: speed, volume, loop, and how each channel is heard. */
export class SoundSettings {
  readonly #media: HTMLMediaElement;
  readonly #position: RecordingPosition;
  readonly #report: (event: AccessEventInput) => void;
  #mix: ChannelMix | undefined;
  #maxRate = 1;
  #loop = false;

  constructor(
    media: HTMLMediaElement,
    position: RecordingPosition,
    report: (event: AccessEventInput) => void,
  ) {
    media.preservesPitch = true;
    this.#media = media;
    this.#position = position;
    this.#report = report;
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

  setChannel(channel: number, settings: ChannelSettings): void {
    const state = this.#mix?.set(channel, settings);
    if (!state) return;
    const { gain, muted } = state;
    this.#report({ type: 'channel.changed', channel, gain, muted, position: this.#position.seconds });
  }
}
