import { decodeJwt, type JWK, SignJWT } from 'jose';
import * as v from 'valibot';
import { SecureCallError } from './errors.ts';
import { nameSchema } from './identifiers.ts';
import { parse, parseJson } from './parse.ts';
import { MAX_TOKEN_BYTES, type PinnedKey, verifyPinnedJws } from './pinned-jws.ts';
import { importSigningKey } from './signing-key.ts';

export const ROLE_TOKEN_TYP = 'secure-call-role+jwt';
/** A role token lives at most this long. */
export const MAX_ROLE_TOKEN_SECONDS = 600;

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(2 ** 32));

const common = {
  iss: nameSchema,
  aud: nameSchema,
  /** The person, as the host knows them; recorded with everything they do. */
  sub: nameSchema,
  name: nameSchema,
  iat: seconds,
  exp: seconds,
  jti: nameSchema,
};

const roleClaimsSchema = v.variant('role', [
  v.strictObject({
    ...common,
    /** auditor: reads the record. privacy: reads it and ends sessions. reviewer: works the review queue. */
    role: v.picklist(['auditor', 'privacy', 'reviewer']),
  }),
  v.strictObject({
    ...common,
    /** Sees who listened to the calls of one patient. */
    role: v.literal('patient'),
    /** The pseudonym, as grants have it. */
    patient: nameSchema,
  }),
]);

export type RoleClaims = v.InferOutput<typeof roleClaimsSchema>;
export type Role = RoleClaims['role'];
/** Of those who work for the tenant. */
export type OfficerRole = Exclude<Role, 'patient'>;

type Stated<Claims> = Claims extends unknown ? Omit<Claims, 'iat' | 'exp' | 'jti'> : never;

/** What a host backend states; the rest of the claims is filled in. */
export type RoleTokenInput = Stated<RoleClaims>;

/**
 * Issues the bearer token of someone who reads the record, ends sessions or reviews accesses.
 * @param issuerKey - the role issuer's private ES256 JWK with `kid`
 * @param now - seconds since the epoch
 * @throws {SecureCallError} `token_invalid` when a claim is malformed, `key_invalid`
 */
export async function createRoleToken(
  input: RoleTokenInput,
  issuerKey: JWK,
  now: number = Date.now() / 1000,
): Promise<string> {
  const iat = Math.floor(now);
  const claims = { ...input, iat, exp: iat + MAX_ROLE_TOKEN_SECONDS, jti: crypto.randomUUID() };
  const { kid, key } = await importSigningKey(issuerKey);
  return new SignJWT({ ...parse(roleClaimsSchema, claims, 'role token', 'token_invalid') })
    .setProtectedHeader({ alg: 'ES256', kid, typ: ROLE_TOKEN_TYP })
    .sign(key);
}

export interface RoleTokenExpectation {
  /** The key service's own identifier. */
  readonly audience: string;
  /** Seconds since the epoch by the service's clock. */
  readonly now: number;
  /** How far issuers' clocks may be ahead, in seconds. @default 5 */
  readonly leewaySeconds?: number;
}

/**
 * Verifies a role token with its issuer's pinned keys. Which role an endpoint needs is the caller's question.
 * @param keysOf - pinned keys of a role issuer; undefined when the issuer is not known
 * @throws {SecureCallError} `token_invalid`
 */
export async function verifyRoleToken(
  jws: string,
  keysOf: (issuer: string) => readonly PinnedKey[] | undefined,
  expected: RoleTokenExpectation,
): Promise<RoleClaims> {
  const keys = keysOf(claimedIssuer(jws)) ?? [];
  const text = await verifyPinnedJws(jws, { typ: ROLE_TOKEN_TYP, keys, code: 'token_invalid' });
  const claims = parseJson(roleClaimsSchema, text, 'role token', 'token_invalid');
  const { audience, now, leewaySeconds = 5 } = expected;
  if (claims.aud !== audience) throw invalid('The role token is for another key service.');
  if (claims.exp - claims.iat > MAX_ROLE_TOKEN_SECONDS)
    throw invalid('The role token lives longer than it may.');
  if (claims.iat > now + leewaySeconds) throw invalid('The role token is not valid yet.');
  if (claims.exp <= now) throw invalid('The role token is too old.');
  return claims;
}

/** The issuer a token claims, only to find its pinned keys; nothing is verified yet. */
function claimedIssuer(jws: string): string {
  if (jws.length > MAX_TOKEN_BYTES) throw invalid('The role token is too large.');
  try {
    return decodeJwt(jws).iss ?? '';
  } catch {
    throw invalid('The role token is malformed.');
  }
}

const invalid = (message: string): SecureCallError => new SecureCallError('token_invalid', message);
