import { type Bytes, concat, fromBase64url, toBase64url, utf8 } from '@secure-call/protocol';

const part = (value: object | string): string =>
  toBase64url(utf8(typeof value === 'string' ? value : JSON.stringify(value)));

/** A compact JWS with any header at all, so that tests can make what a library would refuse to make. */
export async function signCompact(header: object, payload: object | string, key: CryptoKey): Promise<string> {
  const input = `${part(header)}.${part(payload)}`;
  const signature = await crypto.subtle.sign(signatureAlgorithm(key), key, utf8(input));
  return `${input}.${toBase64url(new Uint8Array(signature))}`;
}

const signatureAlgorithm = (key: CryptoKey): EcdsaParams | Algorithm =>
  key.algorithm.name === 'ECDSA' ? { name: 'ECDSA', hash: 'SHA-256' } : { name: key.algorithm.name };

/** A compact JWS without a signature. */
export const unsignedCompact = (header: object, payload: object): string =>
  `${part(header)}.${part(payload)}.`;

export function importSigner(jwk: JsonWebKey): Promise<CryptoKey> {
  const { kty = 'EC', crv = 'P-256', x = '', y = '', d = '' } = jwk;
  const bare = { kty, crv, x, y, d };
  return crypto.subtle.importKey('jwk', bare, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
}

/** Uses bytes that everybody knows as an HMAC key: the old attack on verifiers that let the token choose. */
export const importHmac = (secret: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);

/** The same token with one bit of its signature turned. */
export function withBrokenSignature(jws: string): string {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const bytes = fromBase64url(signature);
  const turned = concat(Uint8Array.of((bytes[0] ?? 0) ^ 1), bytes.subarray(1));
  return `${header}.${payload}.${toBase64url(turned)}`;
}
