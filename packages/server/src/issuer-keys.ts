import { type PinnedKey, SecureCallError } from '@secure-call/protocol';

/** Nobody who invents key ids makes the service look more often. */
const SHORTEST_MS = 10_000;
/** A key that was taken away is not trusted for much longer. */
const LONGEST_MS = 600_000;

export interface IssuerKeysOptions {
  /** Trusted until they were read for the first time. @default none */
  readonly keys?: readonly PinnedKey[];
  /** Reads the whole set from where it is configured to be, never from where a token says. */
  readonly read: () => Promise<readonly PinnedKey[]>;
  /** Told when they cannot be read. @default nobody */
  readonly onFailure?: (code: SecureCallError['code']) => void;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/**
 * Public keys of an issuer that may be replaced while the service runs. They are read anew when a token names one that is not among
 * them, at most every ten seconds, and when they are older than ten minutes. What cannot be read changes nothing.
 */
export class IssuerKeys {
  readonly #read: () => Promise<readonly PinnedKey[]>;
  readonly #onFailure: NonNullable<IssuerKeysOptions['onFailure']>;
  readonly #now: () => number;
  #keys: readonly PinnedKey[];
  #lookedAt: number;
  #looking: Promise<boolean> | undefined;

  constructor({ keys, read, onFailure = () => undefined, now = Date.now }: IssuerKeysOptions) {
    this.#keys = keys ?? [];
    this.#read = read;
    this.#onFailure = onFailure;
    this.#now = now;
    // Where none are known they are looked for with the first token.
    this.#lookedAt = keys ? now() : Number.NEGATIVE_INFINITY;
  }

  get current(): readonly PinnedKey[] {
    return this.#keys;
  }

  /** Looks for a key that a token names. Nothing of the token is believed: it only says that it is worth while to look. */
  async expect(kid: string): Promise<void> {
    const ageMs = this.#now() - this.#lookedAt;
    const isKnown = this.#keys.some(key => key.kid === kid);
    if (isKnown ? ageMs >= LONGEST_MS : ageMs >= SHORTEST_MS || this.#looking) await this.reread();
  }

  /** Reads the set now. @returns whether that succeeded; if not, the set stays as it is */
  reread(): Promise<boolean> {
    this.#lookedAt = this.#now();
    this.#looking ??= this.#replace().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #replace(): Promise<boolean> {
    try {
      const keys = await this.#read();
      if (keys.length === 0) throw new SecureCallError('key_invalid', 'The issuer has no keys.');
      this.#keys = keys;
      return true;
    } catch (cause) {
      this.#onFailure(cause instanceof SecureCallError ? cause.code : 'key_invalid');
      return false;
    }
  }
}
