/** Farther from where it should be than rounding and decoding put it. */
const MISSED_BY_SECONDS = 1;

/**
 * Jumps in the media element. WebKitGTK (2.50) ends a jump back out of what is buffered somewhere else, stands still
 * there, and arrives when told once more.
 */
export class MediaSeek {
  readonly #media: HTMLMediaElement;
  #target: number | undefined;

  constructor(media: HTMLMediaElement) {
    this.#media = media;
    media.addEventListener('seeked', () => this.#arrived());
  }

  /** @param seconds - of media time */
  to(seconds: number): void {
    this.#target = seconds;
    this.#media.currentTime = seconds;
  }

  #arrived(): void {
    const target = this.#target;
    this.#target = undefined;
    if (target !== undefined && Math.abs(this.#media.currentTime - target) > MISSED_BY_SECONDS)
      this.#media.currentTime = target;
  }
}
