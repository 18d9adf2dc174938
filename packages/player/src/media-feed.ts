import { SecureCallError } from '@secure-call/protocol';
import type { HlsEngine, HlsEngineOptions } from './hls-engine.ts';

/** Fills the media element with an open call, and empties it. */
export class MediaFeed {
  readonly #media: HTMLMediaElement;
  readonly #segment: HlsEngineOptions['segment'];
  readonly #failed: (error: SecureCallError) => void;
  #engine: HlsEngine | undefined;
  #cancelStart: () => void = () => undefined;

  constructor(
    media: HTMLMediaElement,
    segment: HlsEngineOptions['segment'],
    failed: (error: SecureCallError) => void,
  ) {
    this.#media = media;
    this.#segment = segment;
    this.#failed = failed;
  }

  /** Resolves when sound can start. @throws {SecureCallError} `destroyed` when it is stopped before that */
  start(
    Engine: typeof HlsEngine,
    { session, startSeconds }: Pick<HlsEngineOptions, 'session' | 'startSeconds'>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const canPlay = (): void => resolve();
      this.#cancelStart = () => {
        this.#media.removeEventListener('canplay', canPlay);
        reject(new SecureCallError('destroyed', 'The call was closed.'));
      };
      this.#media.addEventListener('canplay', canPlay, { once: true });
      this.#engine = new Engine({
        media: this.#media,
        session,
        startSeconds,
        segment: this.#segment,
        onFatal: error => {
          reject(error);
          this.#failed(error);
        },
      });
    });
  }

  stop(): void {
    this.#cancelStart();
    this.#engine?.destroy();
  }
}
