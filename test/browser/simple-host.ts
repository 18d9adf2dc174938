import type { KeysRequest, SimpleSource } from '@secure-call/player';
import { CompactEncrypt, importJWK } from 'jose';

/** The Worker of simple mode, as the test server hands it out. */
export const simpleWorkerUrl = '/packages/player/src/vault/simple-vault-worker.ts';

/** Key of test/vectors/hls/fmp4, as base64url; see keys.json there. */
const KEY = 'ICEiIyQlJicoKSorLC0uLw';

/** A backend that gives that key to whoever asks. */
export async function giveKeys({ keyIds, publicJwk, jkt }: KeysRequest): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const keys = keyIds.map(kid => ({ kty: 'oct', kid, k: KEY }));
  const set = { jkt, iat, exp: iat + 120, keys: { keys } };
  const alg = publicJwk.alg ?? '';
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(set)))
    .setProtectedHeader({ alg, enc: 'A256GCM' })
    .encrypt(await importJWK(publicJwk, alg));
}

/** Plain HLS beside the tests, written inline as hosts do: a new object with a new function for every render. */
export function simpleSource(asked: (request: KeysRequest) => void = () => undefined): SimpleSource {
  const keys = (request: KeysRequest): Promise<string> => {
    asked(request);
    return giveKeys(request);
  };
  return {
    media: new URL('/test/vectors/hls/fmp4/audio/index.m3u8', location.href).href,
    keys,
    allowUnauthenticated: true,
    audit: 'callback',
  };
}
