import { base64url, type JWK } from 'jose';
import { fromUtf8, toBase64url, utf8 } from './bytes.ts';
import type { Primitives } from './primitives.ts';

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

/** The protected header of a compact JWS; nothing is verified yet. @returns undefined when it is no JSON object */
export function compactHeader(jws: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const header: unknown = JSON.parse(textIn(jws.slice(0, jws.indexOf('.'))));
    const isObject = typeof header === 'object' && header !== null && !Array.isArray(header);
    return isObject ? { ...header } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Verifies a compact JWS by ES256 and no other algorithm.
 * @param jws - one that `COMPACT_JWS` fits
 * @param publicJwk - EC on P-256
 * @param header - its protected header, where that is at hand
 * @returns the payload's text, or undefined when the signature does not hold or the header asks for more than this
 */
export async function openCompact(
  jws: string,
  typ: string,
  publicJwk: JWK,
  primitives: Primitives,
  header: Readonly<Record<string, unknown>> | undefined = compactHeader(jws),
): Promise<string | undefined> {
  if (header?.['alg'] !== 'ES256' || header['typ'] !== typ) return undefined;
  // RFC 7515 section 4.1.11: what is critical and not understood is refused; RFC 7797 is not understood here.
  if ('crit' in header || 'b64' in header) return undefined;
  const end = jws.lastIndexOf('.');
  const signed = jws.slice(0, end);
  if (!(await primitives.es256Holds(publicJwk, signed, jws.slice(end + 1)))) return undefined;
  try {
    return textIn(signed.slice(signed.indexOf('.') + 1));
  } catch {
    return undefined;
  }
}

/** A part of a token. How it is spelled is for the signature to say, which covers the spelling. */
const textIn = (part: string): string => fromUtf8(base64url.decode(part));
