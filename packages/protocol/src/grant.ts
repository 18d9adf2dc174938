import { decodeJwt, type JWK, SignJWT } from 'jose';
import * as v from 'valibot';
import { SecureCallError } from './errors.ts';
import { callIdSchema, digestSchema, nameSchema } from './identifiers.ts';
import { parse, parseJson } from './parse.ts';
import { type PinnedKey, verifyPinnedJws } from './pinned-jws.ts';
import { importSigningKey } from './signing-key.ts';

export const GRANT_TYP = 'secure-call-grant+jwt';
/** A grant lives at most this long. */
export const MAX_GRANT_SECONDS = 60;

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(2 ** 32));
const shortText = v.pipe(v.string(), v.maxLength(1024));

const breakGlassSchema = v.strictObject({
  reason: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  notify: v.pipe(v.array(nameSchema), v.maxLength(16)),
});

const callClaimsSchema = v.pipe(
  v.strictObject({
    id: callIdSchema,
    rev: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    /** Seconds of the recording that may be heard; everything where absent. */
    ranges: v.exactOptional(
      v.pipe(v.array(v.strictTuple([seconds, seconds])), v.minLength(1), v.maxLength(64)),
    ),
    /** @default ['audio', 'peaks'] */
    tracks: v.exactOptional(v.array(v.picklist(['audio', 'peaks', 'transcript', 'details']))),
    /** A pseudonym. */
    patient: nameSchema,
    unit: v.strictObject({ id: nameSchema, name: nameSchema }),
    /** HL7 v3-ActReason: TREAT, HQUALIMP, PATRQT, HLEGAL, ETREAT, ... */
    purpose: v.pipe(v.string(), v.regex(/^[A-Z]{2,16}$/)),
    /** The listener's relation to the patient in the host's words, e.g. "care-team" or "none". */
    relation: nameSchema,
    /** What the listener wrote beside the purpose, e.g. a case number; kept in the record. */
    note: v.exactOptional(shortText),
    breakGlass: v.exactOptional(breakGlassSchema),
    maxSessionSeconds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(24 * 3600)),
    maxRate: v.pipe(v.number(), v.minValue(0.5), v.maxValue(4)),
    watermark: v.strictObject({ client: v.picklist(['required', 'off']) }),
  }),
  // An emergency that does not say so would never be reviewed.
  v.check(({ purpose, breakGlass }) => purpose !== 'ETREAT' || breakGlass !== undefined, 'breakGlass'),
);

const grantClaimsSchema = v.strictObject({
  iss: nameSchema,
  aud: nameSchema,
  jti: nameSchema,
  iat: seconds,
  nbf: v.exactOptional(seconds),
  exp: seconds,
  /** The listener, as the host knows them. */
  sub: nameSchema,
  /** Shown in the visible watermark. */
  name: nameSchema,
  role: nameSchema,
  acr: v.exactOptional(shortText),
  amr: v.exactOptional(v.pipe(v.array(shortText), v.maxLength(16))),
  auth_time: v.exactOptional(seconds),
  /** RFC 7638 thumbprint of the browser's device key (RFC 7800, RFC 9449 section 6.1). */
  cnf: v.strictObject({ jkt: digestSchema }),
  call: callClaimsSchema,
});

export type GrantClaims = v.InferOutput<typeof grantClaimsSchema>;
export type GrantCall = v.InferOutput<typeof callClaimsSchema>;

/** What a host backend states; the rest of the claims is filled in. */
export type GrantInput = Omit<v.InferInput<typeof grantClaimsSchema>, 'jti' | 'iat' | 'exp'>;

/**
 * Issues a grant: one use, 60 s, bound to the browser's device key.
 * @param issuerKey - the issuer's private ES256 JWK with `kid`
 * @param now - seconds since the epoch
 * @throws {SecureCallError} `grant_invalid` when a claim is malformed, `key_invalid`
 */
export async function createGrant(
  input: GrantInput,
  issuerKey: JWK,
  now: number = Date.now() / 1000,
): Promise<string> {
  const iat = Math.floor(now);
  const claims = { ...input, jti: crypto.randomUUID(), iat, exp: iat + MAX_GRANT_SECONDS };
  const { call, ...registered } = parse(grantClaimsSchema, claims, 'grant', 'grant_invalid');
  const { kid, key } = await importSigningKey(issuerKey);
  return new SignJWT({ ...registered, call })
    .setProtectedHeader({ alg: 'ES256', kid, typ: GRANT_TYP })
    .sign(key);
}

/**
 * Verifies who issued a grant and that its claims are well formed; whether it may be used now is `assertGrantUsable`'s
 * question, so that the refusal of an authentic grant can be recorded with its claims.
 * @param keysOf - pinned keys of an issuer; undefined when the issuer is not known
 * @throws {SecureCallError} `grant_invalid`
 */
export async function authenticateGrant(
  jws: string,
  keysOf: (issuer: string) => readonly PinnedKey[] | undefined,
): Promise<GrantClaims> {
  const keys = keysOf(claimedIssuer(jws)) ?? [];
  const text = await verifyPinnedJws(jws, { typ: GRANT_TYP, keys, code: 'grant_invalid' });
  return parseJson(grantClaimsSchema, text, 'grant', 'grant_invalid');
}

export interface GrantExpectation {
  /** The key service's own identifier. */
  readonly audience: string;
  /** Seconds since the epoch by the service's clock. */
  readonly now: number;
  /** How far issuers' clocks may be ahead, in seconds. @default 5 */
  readonly leewaySeconds?: number;
}

/**
 * Checks audience and times. One use is the caller's to enforce, in the transaction that opens the session.
 * @throws {SecureCallError} `grant_invalid` or `grant_expired`
 */
export function assertGrantUsable(claims: GrantClaims, expected: GrantExpectation): void {
  const { audience, now, leewaySeconds = 5 } = expected;
  if (claims.aud !== audience) throw invalid('The grant is for another key service.');
  if (claims.exp - claims.iat > MAX_GRANT_SECONDS) throw invalid('The grant lives longer than a grant may.');
  if (Math.max(claims.iat, claims.nbf ?? 0) > now + leewaySeconds)
    throw invalid('The grant is not valid yet.');
  if (claims.exp <= now) {
    throw new SecureCallError(
      'grant_expired',
      'The permission to open this call is too old; ask for a new one.',
    );
  }
}

/** The issuer a grant claims, only to find its pinned keys; nothing is verified yet. */
function claimedIssuer(jws: string): string {
  try {
    return decodeJwt(jws.slice(0, 16 * 1024)).iss ?? '';
  } catch {
    throw invalid('The grant is malformed.');
  }
}

const invalid = (message: string): SecureCallError => new SecureCallError('grant_invalid', message);
