import { MediaSeek } from './media-seek.ts';
import { PermittedRanges } from './permitted-ranges.ts';
import type { OpenedSession } from './vault/vault-messages.ts';

/**
 * A frame of AAC overlaps the one before, so a decoder that starts at a frame drops part of it: of the recording's first
 * sample on, 59 ms in Chromium at 8 kHz. A start so much earlier lies in the priming and loses nothing.
 */
const LEAD_IN_SECONDS = 1e-4;

interface Recording {
  readonly primingSeconds: number;
  readonly durationSeconds: number;
  readonly permitted: PermittedRanges;
}

/** Where in the recording the media element is, in seconds from the recording's first sample. */
export class RecordingPosition {
  readonly #media: HTMLMediaElement;
  readonly #seek: MediaSeek;
  #recording: Recording | undefined;
  /** Kept here because the media element forgets it when its buffers are wiped. */
  #kept: number;
  #frozen = false;

  /** @param startSeconds - where the recording will start to play */
  constructor(media: HTMLMediaElement, startSeconds: number) {
    this.#media = media;
    this.#seek = new MediaSeek(media);
    this.#kept = startSeconds;
  }

  /** From now on the recording is known; the start moves to where it may be heard. */
  opened({ primingSeconds, durationSeconds, ranges }: OpenedSession): void {
    const permitted = new PermittedRanges(ranges, durationSeconds);
    this.#recording = { primingSeconds, durationSeconds, permitted };
    this.#kept = permitted.nearest(this.#kept);
  }

  get seconds(): number {
    if (!this.#recording || this.#frozen || this.#media.readyState === 0) return this.#kept;
    const { primingSeconds, durationSeconds } = this.#recording;
    return Math.min(Math.max(0, this.#media.currentTime - primingSeconds), durationSeconds);
  }

  /** The same moment by the media element's clock, which counts the encoder's priming. */
  get mediaSeconds(): number {
    return this.#mediaSecondsOf(this.seconds);
  }

  get atEnd(): boolean {
    return (
      this.#media.ended ||
      (this.#recording !== undefined && this.seconds >= this.#recording.permitted.endSeconds)
    );
  }

  /** Where playing goes on after a permitted range; undefined while inside one, or behind the last. */
  get nextPermitted(): number | undefined {
    return this.#recording?.permitted.jumpFrom(this.seconds);
  }

  /** Holds the position while the media element has no buffers. */
  freeze(): void {
    this.#kept = this.seconds;
    this.#frozen = true;
  }

  /** Follows the media element again, once it has something to play. */
  unfreeze(): void {
    this.#frozen = false;
  }

  /** The second nearest to this that may be heard; undefined while nothing can be played. */
  permitted(seconds: number): number | undefined {
    if (!this.#recording || this.#frozen || Number.isNaN(seconds)) return undefined;
    return this.#recording.permitted.nearest(seconds);
  }

  /** @param seconds - that may be heard */
  jump(seconds: number): void {
    this.#kept = seconds;
    this.#seek.to(this.#mediaSecondsOf(seconds));
  }

  #mediaSecondsOf(seconds: number): number {
    const primingSeconds = this.#recording?.primingSeconds ?? 0;
    return seconds > 0 ? primingSeconds + seconds : Math.max(0, primingSeconds - LEAD_IN_SECONDS);
  }
}
