import canonicalize from 'canonicalize';
import { type Bytes, concat, fromBase64url, utf8 } from './bytes.ts';
import type { AccessEventType } from './access-event.ts';
import { type Primitives, webPrimitives } from './primitives.ts';

/** What the service itself records, besides the player's events. */
export type ServiceRecordType =
  | 'grant.redeemed'
  | 'grant.refused'
  | 'lease.issued'
  | 'lease.refused'
  | 'session.revoked'
  | 'session.expired'
  | 'session.closed'
  | 'session.lost'
  | 'client.gap'
  | 'client.fork'
  | 'client.badRange'
  | 'client.badSignature'
  | 'breakGlass.started'
  | 'log.read'
  | 'trace.done'
  | 'review.done'
  | 'review.refused'
  | 'call.registered'
  | 'call.erased'
  | 'registration.refused'
  | 'key.resealed'
  | 'retention.done';

/** JSON that RFC 8785 can put in one canonical form. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** One line of the access record. `body` and `salt` may be deleted by retention; the chain still holds. */
export interface AuditRecord {
  /** Place in the tenant's log, given at the checkpoint; null until then. */
  readonly n: number | null;
  readonly tenant: string;
  /** The session, or null for the tenant's own chain. */
  readonly sid: string | null;
  /** Place in its chain, from 1. */
  readonly seq: number;
  /** ISO 8601, the service's clock. */
  readonly receivedAt: string;
  readonly author: 'server' | 'client';
  readonly type: ServiceRecordType | AccessEventType;
  readonly actor: string | null;
  readonly unit: string | null;
  /** Keyed hash of the patient's pseudonym. */
  readonly patient: string | null;
  readonly call: string | null;
  /** Null together with `salt` once retention has deleted them. */
  readonly body: Json;
  /** 16 random bytes, base64url. */
  readonly salt: string | null;
  /** What the hash covers in place of the body, so that a deleted body leaves the chain whole. */
  readonly bodyHash: string;
  /** Hash of the record before it in its chain; empty for the first. */
  readonly prev: string;
  readonly hash: string;
}

/** SHA-256(salt ‖ JCS of the body), base64url: what the record's hash covers in place of the body. */
export async function bodyHash(
  salt: string,
  body: Json,
  primitives: Primitives = webPrimitives,
): Promise<string> {
  return primitives.sha256Base64url(concat(fromBase64url(salt), canonicalBytes(body)));
}

/** The hash of a record (RFC 8785 canonical JSON, without `n`, `body` and `salt`). */
export async function recordHash(
  record: Omit<AuditRecord, 'n' | 'hash' | 'body' | 'salt'>,
  primitives: Primitives = webPrimitives,
): Promise<string> {
  const { tenant, sid, seq, receivedAt, author, type, actor, unit, patient, call, prev } = record;
  const covered = { tenant, sid, seq, receivedAt, author, type, actor, unit, patient, call, prev };
  return primitives.sha256Base64url(canonicalBytes({ ...covered, body: record.bodyHash }));
}

function canonicalBytes(value: Json): Bytes {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('The value has no JSON form.');
  return utf8(text);
}

/**
 * Checks the records of one chain, in order from its first.
 * @returns the place of the first record that does not hold, or undefined
 */
export async function firstBrokenRecord(chain: readonly AuditRecord[]): Promise<number | undefined> {
  let prev = '';
  for (const [place, record] of chain.entries()) {
    const linked = record.seq === place + 1 && record.prev === prev;
    if (!linked || !(await recordHolds(record))) return place;
    prev = record.hash;
  }
  return undefined;
}

/** Whether a record is what its hash was made of. */
export const recordHolds = async (record: AuditRecord): Promise<boolean> =>
  (await bodyHolds(record)) && record.hash === (await recordHash(record));

async function bodyHolds({ body, salt, bodyHash: expected }: AuditRecord): Promise<boolean> {
  if (salt === null) return body === null;
  return SALT.test(salt) && (await bodyHash(salt, body)) === expected;
}

/** 16 bytes in their only spelling. */
const SALT = /^[\w-]{21}[AQgw]$/;
