import { SecureCallError } from '@secure-call/protocol';
import type { EngineStart, HlsEngine, HlsEngineOptions } from './hls-engine.ts';

/** Fills the media element with an open call, and empties it. */
export class MediaFeed {
  readonly #media: HTMLMediaElement;
  readonly #segment: HlsEngineOptions['segment'];
  readonly #failed: (error: SecureCallError) => void;
  #engine: HlsEngine | undefined;
  #cancelStart: () => void = () => undefined;
  #failStart: (error: SecureCallError) => void = () => undefined;

  constructor(
    media: HTMLMediaElement,
    segment: HlsEngineOptions['segment'],
    failed: (error: SecureCallError) => void,
  ) {
    this.#media = media;
    this.#segment = segment;
    this.#failed = failed;
  }

  /** Opens the media element for an engine, so that it is open when the call is. */
  prepare(Engine: typeof HlsEngine): HlsEngine {
    this.#engine ??= new Engine({
      media: this.#media,
      segment: this.#segment,
      onFatal: error => {
        this.#failStart(error);
        this.#failed(error);
      },
    });
    return this.#engine;
  }

  /** Resolves when sound can start. @throws {SecureCallError} `destroyed` when it is stopped before that */
  start(Engine: typeof HlsEngine, start: EngineStart): Promise<void> {
    return new Promise((resolve, reject) => {
      const canPlay = (): void => resolve();
      this.#failStart = reject;
      this.#cancelStart = () => {
        this.#media.removeEventListener('canplay', canPlay);
        reject(new SecureCallError('destroyed', 'The call was closed.'));
      };
      this.#media.addEventListener('canplay', canPlay, { once: true });
      this.prepare(Engine).start(start);
    });
  }

  stop(): void {
    this.#cancelStart();
    this.#engine?.destroy();
    this.#engine = undefined;
  }
}
