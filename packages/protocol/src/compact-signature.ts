import { toBase64url, utf8 } from './bytes.ts';

/**
 * A compact JWS (RFC 7515 section 3.1) by ES256. WebCrypto gives the signature in the form that RFC 7518 section 3.4 wants,
 * so what a library adds here is its other algorithms: 5 kB in a file that is loaded for every call.
 * @param payload - JSON text
 * @param privateKey - ECDSA on P-256
 */
export async function signCompact(
  header: Readonly<Record<string, unknown>>,
  payload: string,
  privateKey: CryptoKey,
): Promise<string> {
  const protectedHeader = JSON.stringify({ alg: 'ES256', ...header });
  const signed = [protectedHeader, payload].map(part => toBase64url(utf8(part))).join('.');
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(algorithm, privateKey, utf8(signed));
  return `${signed}.${toBase64url(new Uint8Array(signature))}`;
}
