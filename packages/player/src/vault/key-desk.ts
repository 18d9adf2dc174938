import { SecureCallError } from '@secure-call/protocol';
import { playbackError } from '../playback-error.ts';
import type { Progress } from './vault-messages.ts';

const RETRY_MS = [1000, 2000, 4000, 8000];
export const WINDOW_SECONDS = 12;
export const WINDOWS_AHEAD = 2;

/** Refusals of the host that are meant; anything else may pass. */
const FINAL: ReadonlySet<string> = new Set([
  'not_permitted',
  'session_revoked',
  'session_expired',
  'call_erased',
]);

/** What the desk needs of the vault around it. */
export interface KeyDeskPort {
  /** Ids of the keys that open these seconds. */
  keyIds(fromSeconds: number, toSeconds: number): readonly string[];
  has(keyId: string): boolean;
  /** Whether the keys at hand should be asked for anew while playing on. */
  keysAgeing(): boolean;
  /** Whether the host's record has taken every event so far, where it is the gate. */
  mayAsk(): boolean;
  /** Asks the host and takes the keys in. @throws {SecureCallError} */
  ask(keyIds: readonly string[]): Promise<void>;
  ended(error: SecureCallError): void;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: SecureCallError) => void;
}

interface Wanted extends Waiting {
  readonly keyIds: readonly string[];
}

/** Asks the host for the next seconds' keys as playback progresses: one request at a time. */
export class KeyDesk {
  readonly #port: KeyDeskPort;
  #progress: Progress = { positionSeconds: 0, playing: false };
  #renewals: Waiting[] = [];
  readonly #extra: Wanted[] = [];
  #held = false;
  #failures = 0;
  #running = false;
  #stopped = false;
  #wake: () => void = () => undefined;

  constructor(port: KeyDeskPort) {
    this.#port = port;
  }

  progress(progress: Progress): void {
    this.#progress = progress;
    this.kick();
  }

  /** While held, nothing is asked for. */
  hold(held: boolean): void {
    this.#held = held;
    this.kick();
  }

  /** Asks once for keys besides the sound's. @throws {SecureCallError} when the host does not give them */
  want(keyIds: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#extra.push({ keyIds, resolve, reject });
      this.kick();
    });
  }

  /** Asks the host now. @throws {SecureCallError} when it gives no keys, or its record takes no events */
  renew(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#renewals.push({ resolve, reject });
      this.#wake();
      this.kick();
    });
  }

  /** The host's record has not taken an event: who waits for keys is told. */
  notRecorded(): void {
    const error = new SecureCallError('audit_unavailable', 'The access cannot be recorded.');
    this.#settle(renewal => renewal.reject(error));
  }

  /** Looks again at what is missing. */
  kick(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
    const closed = new SecureCallError('destroyed', 'The call was closed.');
    this.#settle(renewal => renewal.reject(closed));
    for (const { reject } of this.#extra.splice(0)) reject(closed);
  }

  async #run(): Promise<void> {
    try {
      for (let asked = this.#askNext(); asked; asked = this.#askNext()) await asked;
    } finally {
      // In the same turn as the last look, so that no kick falls in between and is lost.
      this.#running = false;
    }
  }

  /** @returns undefined when there is nothing to ask for */
  #askNext(): Promise<void> | undefined {
    if (this.#stopped || this.#held || !this.#port.mayAsk()) return undefined;
    const ids = this.#nextIds();
    if (ids) return this.#ask(ids);
    const extra = this.#extra.shift();
    return extra && this.#askExtra(extra);
  }

  #nextIds(): readonly string[] | undefined {
    const missing = this.#missing();
    if (missing) return missing;
    const due = this.#renewals.length > 0 || (this.#progress.playing && this.#port.keysAgeing());
    return due ? this.#window(this.#progress.positionSeconds) : undefined;
  }

  /** The window from the first second that cannot be opened, as far as one may begin. */
  #missing(): readonly string[] | undefined {
    const { positionSeconds } = this.#progress;
    const last = positionSeconds + WINDOW_SECONDS * (WINDOWS_AHEAD - 1);
    for (let second = positionSeconds; second <= last; second++) {
      const ids = this.#port.keyIds(second, second);
      if (!ids.every(id => this.#port.has(id))) return this.#window(second);
    }
    return undefined;
  }

  #window(fromSeconds: number): readonly string[] {
    return this.#port.keyIds(fromSeconds, fromSeconds + WINDOW_SECONDS);
  }

  async #ask(ids: readonly string[]): Promise<void> {
    try {
      await this.#port.ask(ids);
      this.#failures = 0;
      this.#settle(renewal => renewal.resolve());
    } catch (cause) {
      if (!this.#stopped) await this.#failed(playbackError(cause));
    }
  }

  /** The sound does not depend on these, so their refusal ends nothing. */
  async #askExtra({ keyIds, resolve, reject }: Wanted): Promise<void> {
    try {
      await this.#port.ask(keyIds);
      resolve();
    } catch (error) {
      reject(playbackError(error));
    }
  }

  async #failed(error: SecureCallError): Promise<void> {
    this.#settle(renewal => renewal.reject(error));
    if (FINAL.has(error.code)) {
      this.stop();
      this.#port.ended(error);
    } else {
      await this.#pause(RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)] ?? 0);
    }
  }

  #settle(how: (renewal: Waiting) => void): void {
    const renewals = this.#renewals;
    this.#renewals = [];
    renewals.forEach(how);
  }

  /** Waits, unless someone asks for an answer now. */
  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
