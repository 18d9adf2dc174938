import {
  type AnySource,
  type CallPlayer,
  type CallPlayerOptions,
  type ChannelSettings,
  createCallPlayer,
  type ListeningReason,
  type Peaks,
  type PlaybackSettings,
  type PlayerState,
  SecureCallError,
  type Transcript,
} from '@secure-call/player';
import { followSource, isSameContent } from './source.ts';

type Options = CallPlayerOptions<AnySource>;

/** What is known on the server, before the component is mounted, and after it has left. */
export const idle: PlayerState = { status: 'idle' };

/**
 * A player that lives as long as its component is mounted. React may render a component it never mounts, and
 * unmounts and mounts again what it keeps (StrictMode, Fast Refresh, Activity): so the player behind this one is
 * made on mounting, ended on leaving, and made anew when the component comes back.
 */
export class ComponentPlayer implements CallPlayer {
  readonly #listeners = new Set<() => void>();
  #options: Options;
  #player: CallPlayer | undefined;
  #place: 'rendered' | 'mounted' | 'leaving' | 'left' = 'rendered';

  constructor(options: Options) {
    this.#options = options;
  }

  /** Whether this is the player of that call. */
  isFor(source: AnySource): boolean {
    return isSameContent(this.#options.source, source);
  }

  /** Takes the callbacks of the newest render. */
  update(options: Options): void {
    this.#options = options;
  }

  /**
   * The component is mounted.
   * @returns what to do when it leaves: the session ends unless the component is back at once
   */
  mount(): () => void {
    this.#place = 'mounted';
    this.#current();
    return () => {
      this.#place = 'leaving';
      queueMicrotask(() => this.#leave());
    };
  }

  get state(): PlayerState {
    return this.#player?.state ?? idle;
  }

  get peaks(): Peaks | undefined {
    return this.#player?.peaks;
  }

  get transcript(): Transcript | undefined {
    return this.#player?.transcript;
  }

  readTranscript(how: 'viewed' | 'searched'): Promise<void> {
    return this.#current().readTranscript(how);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  prepare(): () => void {
    return this.#current().prepare();
  }

  async open(reason?: ListeningReason): Promise<void> {
    await this.#current().open(reason);
  }

  async play(): Promise<void> {
    await this.#current().play();
  }

  pause(): void {
    this.#player?.pause();
  }

  seek(seconds: number): void {
    this.#player?.seek(seconds);
  }

  set(settings: PlaybackSettings): void {
    this.#player?.set(settings);
  }

  setChannel(channel: number, settings: ChannelSettings): void {
    this.#player?.setChannel(channel, settings);
  }

  lock(): void {
    this.#player?.lock();
  }

  async unlock(): Promise<void> {
    await this.#player?.unlock();
  }

  async retry(): Promise<void> {
    await this.#player?.retry();
  }

  /** Ends the session and wipes everything. While the component is mounted the call can be opened again. */
  async destroy(): Promise<void> {
    const player = this.#player;
    this.#player = undefined;
    if (player === undefined) return;
    this.#announce();
    await player.destroy();
  }

  #leave(): void {
    if (this.#place !== 'leaving') return;
    this.#place = 'left';
    void this.destroy();
  }

  #current(): CallPlayer {
    if (this.#place === 'left') throw new SecureCallError('destroyed', 'This player was closed.');
    return (this.#player ??= this.#create());
  }

  #create(): CallPlayer {
    const player = createCallPlayer(this.#playerOptions());
    player.subscribe(() => player === this.#player && this.#announce());
    return player;
  }

  /** Asks for the newest callbacks each time, so that inline functions never make a new player. */
  #playerOptions(): Options {
    const { source, onAccessEvent, fetchMedia, workerUrl, workletUrl } = this.#options;
    const newest = (): Options => this.#options;
    return {
      source: followSource(source, () => newest().source),
      get reason() {
        return newest().reason;
      },
      ...(onAccessEvent && { onAccessEvent: event => (newest().onAccessEvent ?? onAccessEvent)(event) }),
      ...(fetchMedia && { fetchMedia: request => (newest().fetchMedia ?? fetchMedia)(request) }),
      workerUrl,
      workletUrl,
    };
  }

  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
