import { toBase64 } from '@secure-call/protocol';
import * as v from 'valibot';
import type { KeyOpener } from './external-archive-key.ts';
import { askKeyHolder, bytesIn, keyHolderUrl, notEncryptedToIt, unavailable } from './key-holder.ts';

export interface VaultTransitOptions {
  /** Of Vault or of an agent of it, e.g. "https://vault.internal:8200". */
  readonly address: string;
  /** Where the transit engine is mounted. @default 'transit' */
  readonly mount?: string;
  /** Name of the key, of type rsa-2048, rsa-3072 or rsa-4096. */
  readonly key: string;
  /** Version of the key; each is an archive key of its own. @default 1 */
  readonly version?: number;
  readonly namespace?: string;
  /** Asked for every time, so that it may be renewed: its policy needs `update` on `{mount}/decrypt/{key}` and nothing else. */
  readonly token: () => Promise<string>;
}

const answerSchema = v.object({ data: v.object({ plaintext: v.string() }) });

/**
 * Opens with a key of HashiCorp Vault's transit engine, or of OpenBao's: RSA-OAEP with SHA-256 is what both do by default.
 * @throws {SecureCallError} `configuration_invalid`
 */
export function vaultTransitOpener(options: VaultTransitOptions): KeyOpener {
  const { address, mount = 'transit', key, version = 1, namespace, token } = options;
  const path = [...mount.split('/'), 'decrypt', key].map(encodeURIComponent).join('/');
  const base = keyHolderUrl(address);
  const url = new URL(`${base.pathname.replace(/\/+$/, '')}/v1/${path}`, base);
  return {
    async open(encryptedKey, signal) {
      const headers = {
        'content-type': 'application/json',
        'x-vault-request': 'true',
        'x-vault-token': (await token()).trim(),
        ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
      };
      const ciphertext = `vault:v${version}:${toBase64(encryptedKey)}`;
      const request = new Request(url, { method: 'POST', headers, body: JSON.stringify({ ciphertext }) });
      const { status, body } = await askKeyHolder(request, signal);
      // Also where there is no such key; but then nothing that is sealed to it opens, which the operator finds out soon.
      if (status === 400) throw notEncryptedToIt();
      if (status !== 200) throw unavailable('is a refusal');
      return bytesIn(answerSchema, body, ({ data }) => data.plaintext);
    },
  };
}
