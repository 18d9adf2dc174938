import * as v from 'valibot';
import { type Bytes, fromBase64url, randomBytes, toBase64url } from './bytes.ts';

/** A string of one kind only; the mark exists for the compiler, not at run time. */
type Branded<Name extends string> = string & { readonly __kind: Name };

/** A call: 128 random bits, base64url. Says nothing about caller, time or number. */
export type CallId = Branded<'CallId'>;
/** One packaging of a call: names its folder, nothing else. */
export type PackageId = Branded<'PackageId'>;
/** A listening session. On its own it opens nothing. */
export type SessionId = Branded<'SessionId'>;

// The last of 22 base64url characters carries 2 bits, so only four of them are canonical.
const opaqueId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{21}[AQgw]$/));

const branded = <Id extends string>() =>
  v.pipe(
    opaqueId,
    v.transform(id => id as Id),
  );

export const callIdSchema: v.GenericSchema<string, CallId> = branded<CallId>();
export const packageIdSchema: v.GenericSchema<string, PackageId> = branded<PackageId>();
export const sessionIdSchema: v.GenericSchema<string, SessionId> = branded<SessionId>();

/** None begins with a hyphen: a command would take it for an option. */
function newId(): string {
  const id = toBase64url(randomBytes(16));
  return id.startsWith('-') ? newId() : id;
}

export const createCallId = (): CallId => newId() as CallId;
export const createPackageId = (): PackageId => newId() as PackageId;
export const createSessionId = (): SessionId => newId() as SessionId;

/** The 16 bytes of a call id. */
export const callIdBytes = (call: CallId): Bytes => fromBase64url(call);

/** A tenant, an issuer's subject, a role: names from configuration or grants, bounded. */
export const nameSchema: v.GenericSchema<string> = v.pipe(v.string(), v.minLength(1), v.maxLength(256));

/** Base64url of exactly `length` bytes. */
export function base64urlBytes(length: number): v.GenericSchema<string> {
  const characters = Math.ceil((length * 4) / 3);
  return v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.length(characters));
}

/** Base64url SHA-256. */
export const digestSchema: v.GenericSchema<string> = base64urlBytes(32);

/** A UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, then random bits around version and variant. */
export function createEventId(at: Date): string {
  const hex = [...randomBytes(10)].map(byte => byte.toString(16).padStart(2, '0')).join('');
  const milliseconds = Math.max(0, at.getTime()).toString(16).padStart(12, '0').slice(-12);
  const variant = (8 + (Number.parseInt(hex.slice(3, 4), 16) % 4)).toString(16);
  const groups = [milliseconds.slice(0, 8), milliseconds.slice(8), `7${hex.slice(0, 3)}`];
  return [...groups, `${variant}${hex.slice(4, 7)}`, hex.slice(7, 19)].join('-');
}
