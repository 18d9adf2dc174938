import type { JWK } from 'jose';
import * as v from 'valibot';
import { sha256Base64url } from './bytes.ts';
import { compactHeader, openCompact, signCompact } from './compact-signature.ts';
import { SecureCallError } from './errors.ts';
import { base64urlBytes, digestSchema, nameSchema } from './identifiers.ts';
import { parse, parseJson } from './parse.ts';
import { COMPACT_JWS, MAX_TOKEN_BYTES } from './pinned-jws.ts';
import { type Primitives, webPrimitives } from './primitives.ts';

/** The browser's signing key pair; the private half is not extractable. */
export interface DeviceKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  /** RFC 7638 thumbprint. */
  readonly jkt: string;
}

/** Generates a device signing key (ES256) whose private half never leaves WebCrypto. */
export async function generateDeviceKey(): Promise<DeviceKey> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const publicJwk = parse(publicJwkSchema, { kty, crv, x, y }, 'device key');
  return { privateKey: pair.privateKey, publicJwk, jkt: await sha256Base64url(thumbprintInput(publicJwk)) };
}

/** RFC 7638 section 3: the required members of an EC key, in lexicographic order. */
const thumbprintInput = ({ crv, kty, x, y }: v.InferOutput<typeof publicJwkSchema>): string =>
  JSON.stringify({ crv, kty, x, y });

const publicJwkSchema = v.strictObject({
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: base64urlBytes(32),
  y: base64urlBytes(32),
});

/** Body of every proven request: JSON as `text/plain`, so that a cross-origin POST needs no preflight. */
const provenBodySchema = v.strictObject({ proof: v.string(), payload: v.string() });

const proofClaimsSchema = v.looseObject({
  htm: v.string(),
  htu: v.string(),
  jti: nameSchema,
  iat: v.number(),
  nonce: v.exactOptional(v.pipe(v.string(), v.maxLength(128))),
  ath: v.exactOptional(digestSchema),
  bh: digestSchema,
});

/** Methods of proven requests. */
export type ProvenMethod = 'POST' | 'DELETE';

export interface ProofInput {
  /** @default 'POST' */
  readonly method?: ProvenMethod;
  /** Public URL of the endpoint, without query and fragment. */
  readonly htu: string;
  /** The request's payload, as it will be sent. */
  readonly payload: string;
  /** From the service's last answer. */
  readonly nonce?: string;
  /** Only when a session is opened: the grant. */
  readonly grant?: string;
}

/** Builds the body of a proven request: DPoP (RFC 9449) with `bh`, the hash of the payload. */
export async function proveRequest(device: DeviceKey, input: ProofInput): Promise<string> {
  const claims = {
    htm: input.method ?? 'POST',
    htu: input.htu,
    jti: crypto.randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    bh: await sha256Base64url(input.payload),
    ...(input.nonce === undefined ? {} : { nonce: input.nonce }),
    ...(input.grant === undefined ? {} : { ath: await sha256Base64url(input.grant) }),
  };
  const header = { typ: PROOF_TYP, jwk: device.publicJwk };
  const proof = await signCompact(header, JSON.stringify(claims), device.privateKey);
  return JSON.stringify({ proof, payload: input.payload });
}

/** A request whose proof holds; freshness (nonce, jti) is judged by the service. */
export interface ProvenRequest {
  readonly payload: string;
  readonly jkt: string;
  readonly publicJwk: JWK;
  readonly jti: string;
  readonly nonce: string | undefined;
  readonly ath: string | undefined;
}

/**
 * Verifies the body of a proven request. `iat` is not judged: freshness is the grant's or the nonce's, so that
 * browsers with a wrong clock can listen.
 * @param htu - the endpoint's configured public URL
 * @throws {SecureCallError} `request_invalid` or `proof_invalid`
 */
export async function verifyProvenRequest(
  body: string,
  htu: string,
  method: ProvenMethod = 'POST',
  primitives: Primitives = webPrimitives,
): Promise<ProvenRequest> {
  const { proof, payload } = parseJson(provenBodySchema, body, 'request');
  if (proof.length > MAX_TOKEN_BYTES) throw invalid('is too large');
  if (!COMPACT_JWS.test(proof)) throw invalid('is malformed');
  const header = compactHeader(proof);
  const publicJwk = proofKey(header);
  const [text, bh, jkt] = await Promise.all([
    openCompact(proof, PROOF_TYP, publicJwk, primitives, header),
    primitives.sha256Base64url(payload),
    primitives.sha256Base64url(thumbprintInput(publicJwk)),
  ]);
  if (text === undefined) throw invalid('has a signature that does not verify');
  const claims = parseJson(proofClaimsSchema, text, 'proof', 'proof_invalid');
  if (claims.htm !== method || claims.htu !== htu) throw invalid('was made for another request');
  if (claims.bh !== bh) throw invalid('was made for another body');
  return { payload, jkt, publicJwk, jti: claims.jti, nonce: claims.nonce, ath: claims.ath };
}

// RFC 9449 section 4.3: typ, an asymmetric alg, and a public jwk that the proof itself names.
const PROOF_TYP = 'dpop+jwt';
const proofHeaderSchema = v.strictObject({
  typ: v.literal(PROOF_TYP),
  alg: v.literal('ES256'),
  jwk: publicJwkSchema,
});

function proofKey(header: unknown): v.InferOutput<typeof publicJwkSchema> {
  try {
    return parse(proofHeaderSchema, header, 'proof', 'proof_invalid').jwk;
  } catch {
    throw invalid('has a header that is not allowed');
  }
}

const invalid = (why: string): SecureCallError => new SecureCallError('proof_invalid', `The proof ${why}.`);
