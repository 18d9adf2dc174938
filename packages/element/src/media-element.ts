import type { CallPlayer, PlaybackSettings } from '@secure-call/player';
import { isRate, readRate } from './attributes.ts';
import { takeEarlyProperties } from './early-properties.ts';
import { isOpen, isPlaying } from './open-state.ts';
import type { PlayerHolder } from './player-holder.ts';

/** Plain Node has no elements: importing must still work there. */
const ElementBase: typeof HTMLElement = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

/** The part of the element that works as media elements do. */
export abstract class MediaElement extends ElementBase {
  /** @internal */
  protected abstract readonly holder: PlayerHolder;
  /** First of all fields: those of the element's class would overwrite them. */
  #early: Readonly<Record<string, unknown>> = takeEarlyProperties(this);
  #settings: PlaybackSettings = {};

  /** Seconds from the recording's first sample; 0 until the call is open. */
  get currentTime(): number {
    const { state } = this.holder;
    return isOpen(state) ? state.positionSeconds : 0;
  }

  /** @throws {TypeError} for what is no finite number */
  set currentTime(seconds: number) {
    mustBeFinite(seconds);
    this.holder.player?.seek(seconds);
  }

  /** Seconds; NaN until the call is open, as media elements have it. */
  get duration(): number {
    const { state } = this.holder;
    return isOpen(state) ? state.durationSeconds : Number.NaN;
  }

  get paused(): boolean {
    return !isPlaying(this.holder.state);
  }

  get ended(): boolean {
    return this.holder.state.status === 'ended';
  }

  get seeking(): boolean {
    const { state } = this.holder;
    return isOpen(state) && state.seeking;
  }

  get playbackRate(): number {
    return this.#setting('playbackRate', readRate(this, 'default-playback-rate') ?? 1);
  }

  /**
   * @throws {TypeError} for what is no finite number
   * @throws {DOMException} NotSupportedError outside 0.5 to 3, where speech is no longer clear
   */
  set playbackRate(playbackRate: number) {
    mustBeFinite(playbackRate);
    if (!isRate(playbackRate)) throw new DOMException('Speeds are 0.5 to 3.', 'NotSupportedError');
    this.#set({ playbackRate });
  }

  /** Linear, 0 to 1. */
  get volume(): number {
    return this.#setting('volume', 1);
  }

  /**
   * @throws {TypeError} for what is no finite number
   * @throws {DOMException} IndexSizeError outside 0 to 1
   */
  set volume(volume: number) {
    mustBeFinite(volume);
    if (volume < 0 || volume > 1) throw new DOMException('Volume is 0 to 1.', 'IndexSizeError');
    this.#set({ volume });
  }

  get muted(): boolean {
    return this.#setting('muted', false);
  }

  set muted(muted: boolean) {
    this.#set({ muted });
  }

  /** Always: voices keep their pitch at every speed. */
  get preservesPitch(): boolean {
    return true;
  }

  /** Seconds that are played over and over; null where there is no such loop. */
  get loopRange(): readonly [from: number, to: number] | null {
    return this.#setting('loopRange', null);
  }

  set loopRange(loopRange: readonly [from: number, to: number] | null) {
    this.#set({ loopRange });
  }

  /** Whether silences are jumped over; what is jumped over counts as not heard. */
  get skipSilence(): boolean {
    return this.#setting('skipSilence', false);
  }

  set skipSilence(skipSilence: boolean) {
    this.#set({ skipSilence });
  }

  /** @throws {DOMException} InvalidStateError until the call is open */
  async play(): Promise<void> {
    const { player, state } = this.holder;
    if (player === undefined || !isOpen(state))
      throw new DOMException('The call is not open.', 'InvalidStateError');
    await player.play();
  }

  pause(): void {
    this.holder.player?.pause();
  }

  /** Wipes what is decrypted and hides the call; the person continues with a click. */
  lock(): void {
    this.holder.player?.lock();
  }

  #setting<Name extends 'playbackRate' | 'volume' | 'muted' | 'loopRange' | 'skipSilence'>(
    name: Name,
    fallback: Exclude<PlaybackSettings[Name], undefined>,
  ): Exclude<PlaybackSettings[Name], undefined> {
    const { state } = this.holder;
    const known: PlaybackSettings = isOpen(state) ? state : this.#settings;
    // Without the cast the type of `??` is wider than both of its sides.
    return (known[name] ?? fallback) as Exclude<PlaybackSettings[Name], undefined>;
  }

  /** Before the call is open, settings are kept for it. */
  #set(settings: PlaybackSettings): void {
    if (isOpen(this.holder.state)) this.holder.player?.set(settings);
    else this.#settings = { ...this.#settings, ...settings };
  }

  /**
   * Sets what the host had set before the element was defined.
   * @internal
   */
  protected setEarlyProperties(): void {
    Object.assign(this, this.#early);
    this.#early = {};
  }

  /**
   * What was set before the call was open.
   * @internal
   */
  protected applySettings(player: CallPlayer): void {
    const playbackRate = this.#settings.playbackRate ?? readRate(this, 'default-playback-rate');
    const settings = { ...this.#settings, ...(playbackRate !== undefined && { playbackRate }) };
    if (Object.keys(settings).length > 0) player.set(settings);
    this.#settings = {};
  }
}

/** As the properties of media elements do. */
function mustBeFinite(value: number): void {
  if (!Number.isFinite(value)) throw new TypeError('A finite number is needed.');
}
