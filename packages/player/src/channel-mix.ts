import type { AudioGraph } from './audio-graph.ts';
import type { ChannelSettings } from './call-player.ts';
import type { ChannelState } from './player-state.ts';

/** How each channel of the recording is heard. */
export class ChannelMix {
  readonly #graph: AudioGraph;
  #states: readonly ChannelState[];

  /**
   * Two channels keep the sides they were recorded on; anything else is heard on both ears.
   * @param roles - who speaks on each channel
   */
  constructor(graph: AudioGraph, roles: readonly string[]) {
    this.#graph = graph;
    const pan = (index: number): number => (roles.length === 2 ? index * 2 - 1 : 0);
    this.#states = roles.map((role, index) => ({ role, gain: 1, pan: pan(index), muted: false }));
    this.#apply();
  }

  get states(): readonly ChannelState[] {
    return this.#states;
  }

  /** @returns the channel as it is heard now; undefined when there is no such channel */
  set(channel: number, settings: ChannelSettings): ChannelState | undefined {
    this.#states = this.#states.map((state, index) =>
      index === channel ? inRange({ ...state, ...settings }) : state,
    );
    this.#apply();
    return this.#states[channel];
  }

  #apply(): void {
    for (const [index, { gain, pan, muted }] of this.#states.entries()) {
      this.#graph.setChannel(index, muted ? 0 : gain, pan);
    }
  }
}

/** Bounds what a listener may set; the service takes no event with other values. */
const inRange = (channel: ChannelState): ChannelState => ({
  ...channel,
  gain: Math.min(Math.max(0, channel.gain || 0), 4),
  pan: Math.min(Math.max(-1, channel.pan || 0), 1),
});
