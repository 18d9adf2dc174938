import {
  type Bytes,
  type KeyBinding,
  openSealedKey,
  readKey,
  recipientIds,
  type SealedKey,
  SecureCallError,
} from '@secure-call/protocol';
import type { JWK } from 'jose';

/** Opens what packagers sealed. Key files, a KMS or an HSM can stand behind it. */
export interface ArchiveKeys {
  /** Public halves, so that a packager can check before its work that the service can open what it will seal. */
  readonly publicKeys: readonly JWK[];
  /**
   * @returns the 32 bytes that were sealed
   * @throws {SecureCallError} `registration_invalid` when none of the keys opens it, or it is bound to something else;
   *   `archive_unavailable` when that cannot be told now
   */
  open(sealed: SealedKey, binding: KeyBinding): Promise<Bytes>;
}

/**
 * Archive keys out of key files.
 * @param jwks - private JWKs of kind 'archive'; the old ones stay in the list until all calls are re-sealed
 * @throws {SecureCallError} `key_invalid`
 */
export function fileArchiveKeys(jwks: readonly JWK[]): ArchiveKeys {
  return joinArchiveKeys(jwks.map(fileArchiveKey));
}

function fileArchiveKey(jwk: JWK): ArchiveKeys {
  const privateKey = readKey(jwk, 'archive', 'private');
  return {
    publicKeys: [readKey(jwk, 'archive', 'public')],
    open: async (sealed, binding) => openSealedKey(addressedTo(sealed, privateKey), binding, privateKey),
  };
}

/** What a key says of its recipients has to be true, or no one could tell which calls hang on an archive key. */
function addressedTo(sealed: SealedKey, { kid }: JWK): SealedKey {
  const ids = recipientIds(sealed);
  return { ...sealed, recipients: sealed.recipients.filter((_, at) => ids[at] === kid) };
}

/** Several archive keys as one, each of which is tried. The first is the one that calls are re-sealed to. */
export function joinArchiveKeys(list: readonly ArchiveKeys[]): ArchiveKeys {
  return {
    publicKeys: list.flatMap(({ publicKeys }) => publicKeys),
    async open(sealed, binding) {
      let refusal = new SecureCallError(
        'registration_invalid',
        'The call key is not sealed to this service.',
      );
      for (const keys of list) {
        try {
          return await keys.open(sealed, binding);
        } catch (cause) {
          if (!(cause instanceof SecureCallError)) throw cause;
          // As long as one key cannot be asked, nobody knows that none opens it.
          if (cause.code !== 'registration_invalid') refusal = cause;
        }
      }
      throw refusal;
    },
  };
}
