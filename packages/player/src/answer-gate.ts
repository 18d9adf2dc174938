import { SecureCallError } from '@secure-call/protocol';
import type { AudioGraph } from './audio-graph.ts';
import { playbackError } from './playback-error.ts';

/** Below this much permission left, the service is asked before sound starts again. */
const MIN_ALLOWED_SECONDS = 10;

/** What the gate needs of the session around it. */
export interface AnswerGatePort {
  readonly media: HTMLMediaElement;
  readonly graph: AudioGraph;
  /** Asks the service now. @throws {SecureCallError} when it does not answer */
  renew(): Promise<void>;
  /** Sound has stopped for want of an answer. */
  blocked(): void;
  /** Sound may play again. */
  unblocked(): void;
  failed(error: SecureCallError): void;
}

/** Lets sound play only while the service answers; after silence it goes on by itself. */
export class AnswerGate {
  readonly #port: AnswerGatePort;
  /** Whether the listener wants to hear, whatever the service says. */
  #wanted = false;
  #blocked = false;
  #held = false;
  #asking = false;

  constructor(port: AnswerGatePort) {
    this.#port = port;
  }

  get blocked(): boolean {
    return this.#blocked;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Whether sound is wanted and waits for the service to be asked first. */
  get asking(): boolean {
    return this.#asking && this.#wanted;
  }

  /** @throws {SecureCallError} `playback_failed` */
  async play(): Promise<void> {
    this.#wanted = true;
    if (this.#blocked) return;
    this.#asking = this.#port.graph.allowedSeconds < MIN_ALLOWED_SECONDS;
    if (this.#asking) await this.#renewOrBlock();
    this.#asking = false;
    await this.#playMedia();
  }

  pause(): void {
    this.#wanted = false;
    this.#port.media.pause();
  }

  /** Silence at once; no answer opens the gate until it is released. */
  hold(): void {
    this.#held = true;
    this.#port.graph.silence();
    this.pause();
  }

  release(): void {
    this.#held = false;
  }

  answered(useForSeconds: number): void {
    if (this.#held) return;
    this.#port.graph.allowFor(useForSeconds);
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#port.unblocked();
    this.#playMedia().catch((error: unknown) => this.#port.failed(playbackError(error)));
  }

  /** No sound until the service has answered; playing goes on from here then. */
  block(): void {
    if (this.#blocked || !this.#wanted) return;
    this.#blocked = true;
    this.#port.graph.silence();
    this.#port.media.pause();
    this.#port.blocked();
  }

  /** After a sleep the audio clock has not noticed that the allowed time is over. */
  checkClock(): void {
    if (this.#port.graph.allowedSeconds > 0) return;
    this.#port.graph.silence();
    this.block();
  }

  async #renewOrBlock(): Promise<void> {
    try {
      await this.#port.renew();
    } catch {
      this.block();
    }
  }

  async #playMedia(): Promise<void> {
    if (!this.#wanted || this.#blocked || this.#held) return;
    try {
      await this.#port.media.play();
    } catch (cause) {
      // A pause() or a new source while starting ends the promise this way; that is no failure.
      if (cause instanceof DOMException && cause.name === 'AbortError') return;
      throw new SecureCallError(
        'playback_failed',
        'The browser did not let the sound start; press play again.',
        { cause },
      );
    }
  }
}
