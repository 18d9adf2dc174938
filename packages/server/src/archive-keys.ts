import {
  type Bytes,
  type KeyBinding,
  openSealedKey,
  readKey,
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
   * @throws {SecureCallError} `registration_invalid` when none of the keys opens it, or it is bound to something else
   */
  open(sealed: SealedKey, binding: KeyBinding): Promise<Bytes>;
}

/**
 * Archive keys out of key files.
 * @param jwks - private JWKs of kind 'archive'; the old ones stay in the list until all calls are re-sealed
 * @throws {SecureCallError} `key_invalid`
 */
export function fileArchiveKeys(jwks: readonly JWK[]): ArchiveKeys {
  const privateKeys = jwks.map(jwk => readKey(jwk, 'archive', 'private'));
  const publicKeys = jwks.map(jwk => readKey(jwk, 'archive', 'public'));
  return {
    publicKeys,
    async open(sealed, binding) {
      for (const key of privateKeys) {
        const opened = await openOrUndefined(sealed, binding, key);
        if (opened) return opened;
      }
      throw new SecureCallError('registration_invalid', 'The call key is not sealed to this service.');
    },
  };
}

async function openOrUndefined(sealed: SealedKey, binding: KeyBinding, key: JWK): Promise<Bytes | undefined> {
  try {
    return await openSealedKey(sealed, binding, key);
  } catch {
    return undefined;
  }
}
