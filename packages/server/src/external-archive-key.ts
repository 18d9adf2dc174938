import { type Bytes, openSealedKeyBy, readKey, SecureCallError } from '@secure-call/protocol';
import type { JWK } from 'jose';
import type { ArchiveKeys } from './archive-keys.ts';

/** Leases wait for it, and players wait for leases. */
const DEFAULT_TIMEOUT_MS = 3000;
/** Of AES-256-GCM. */
const CONTENT_KEY_BYTES = 32;

/** Opens what is encrypted to a private key that does not leave where it is: an HSM, a KMS, a service like Vault. */
export interface KeyOpener {
  /**
   * RSA-OAEP with SHA-256 (also for MGF1) and an empty label.
   * @param encryptedKey - as long as the modulus
   * @param signal - aborted when nobody waits any more
   * @returns what was encrypted, which is overwritten once it was used
   * @throws {SecureCallError} `registration_invalid` when the key does not open it. Everything else counts as a failure of what
   *   holds the key, and its words are not passed on
   */
  open(encryptedKey: Bytes, signal: AbortSignal): Promise<Bytes>;
}

export interface ExternalArchiveKeyOptions {
  /** Public JWK of kind 'archive', RSA-OAEP-256. */
  readonly publicKey: JWK;
  readonly opener: KeyOpener;
  /** How long the opener may take, in milliseconds. @default 3000 */
  readonly timeoutMs?: number;
}

/**
 * An archive key that someone else holds. Only the encrypted content key of a call key goes there, never what it is sealed with.
 * @throws {SecureCallError} `key_invalid` when the public key is not one for RSA-OAEP-256
 */
export function externalArchiveKey({
  publicKey: jwk,
  opener,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: ExternalArchiveKeyOptions): ArchiveKeys {
  const publicKey = readKey(jwk, 'archive', 'public');
  if (publicKey.alg !== 'RSA-OAEP-256')
    throw new SecureCallError('key_invalid', 'A key that is held elsewhere is one for RSA-OAEP-256.');
  return {
    publicKeys: [publicKey],
    open: (sealed, binding) =>
      openSealedKeyBy(sealed, binding, publicKey, encryptedKey =>
        openInTime(opener, encryptedKey, timeoutMs),
      ),
  };
}

async function openInTime(opener: KeyOpener, encryptedKey: Bytes, timeoutMs: number): Promise<Bytes> {
  const signal = AbortSignal.timeout(timeoutMs);
  const opened = await Promise.race([opener.open(encryptedKey, signal), aborted(signal)]).catch(refuse);
  if (opened.length === CONTENT_KEY_BYTES) return opened;
  throw unavailable('What holds the archive key gave back something else.');
}

/** Also an opener that does not look at its signal takes no longer. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const give = (): void => reject(unavailable('What holds the archive key takes too long.'));
    signal.addEventListener('abort', give, { once: true });
  });

function refuse(cause: unknown): never {
  if (cause instanceof SecureCallError && cause.code === 'registration_invalid') throw cause;
  if (cause instanceof SecureCallError && cause.code === 'archive_unavailable') throw cause;
  // What is not ours may quote what was sent or opened, so it goes no further.
  throw unavailable('What holds the archive key does not answer.');
}

const unavailable = (message: string): SecureCallError => new SecureCallError('archive_unavailable', message);
