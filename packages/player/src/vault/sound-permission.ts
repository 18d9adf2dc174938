import type { VaultNotice } from './vault-messages.ts';

/** Without a word of the host's record for so long there is silence, as with a key service. */
export const RECORD_SECONDS = 30;

/**
 * For how long sound may play: until the newest key set has expired, and where the host's record is the gate until 30 s
 * after it has taken an event.
 */
export class SoundPermission {
  readonly #notify: (notice: VaultNotice) => void;
  #keysUntilMs = 0;
  #keysGivenForMs = 0;
  #recordUntilMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param audited - whether the host's record is the gate */
  constructor(audited: boolean, notify: (notice: VaultNotice) => void) {
    this.#notify = notify;
    this.#recordUntilMs = audited ? 0 : Infinity;
  }

  /** The host gave keys. */
  keysFor(seconds: number): void {
    this.#keysGivenForMs = seconds * 1000;
    this.#keysUntilMs = performance.now() + this.#keysGivenForMs;
    this.#tell();
  }

  /** The host's record has taken everything up to now. */
  recorded(): void {
    if (this.#recordUntilMs === Infinity) return;
    this.#recordUntilMs = performance.now() + RECORD_SECONDS * 1000;
    this.#tell();
  }

  /** Seconds for which sound may still play. */
  get seconds(): number {
    return Math.max(0, Math.min(this.#keysUntilMs, this.#recordUntilMs) - performance.now()) / 1000;
  }

  /** Whether half of the time for which keys were given is over: time to ask again. */
  get keysAgeing(): boolean {
    return this.#keysUntilMs - performance.now() < this.#keysGivenForMs / 2;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    const useForSeconds = this.seconds;
    if (useForSeconds === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#notify({ type: 'unanswered' }), useForSeconds * 1000);
    this.#notify({ type: 'answered', useForSeconds });
  }
}
