import { nameSchema } from '@secure-call/protocol';
import type { Kysely, Selectable, SelectQueryBuilder } from 'kysely';
import * as v from 'valibot';
import { type Listening, listeningIn, nothingHeard, type SessionListening } from './listening.ts';
import type { AuditTable, Schema } from './schema.ts';

/** Records that begin an access: a session, or the refusal of one. */
const OPENINGS = ['grant.redeemed', 'grant.refused'] as const;

/** Someone who opened a call, or was refused it, as the record tells it. Times are ISO 8601, the service's clock. */
export interface Access extends Listening {
  /** Place in the order of commits; names the access within its tenant. */
  readonly n: number;
  /** Null where the grant was refused. */
  readonly sid: string | null;
  readonly call: string;
  /** Keyed hash of the patient's pseudonym. */
  readonly patient: string;
  /** Who issued the grant, and its `jti`. */
  readonly iss: string;
  readonly jti: string;
  /** RFC 7638 thumbprint of the browser's key; null where the grant was refused. */
  readonly jkt: string | null;
  /** The listener, as the issuer knows them. */
  readonly person: string;
  readonly name: string;
  readonly role: string;
  readonly unit: { readonly id: string; readonly name: string };
  /** HL7 v3-ActReason. */
  readonly purpose: string;
  readonly relation: string;
  /** What the listener wrote beside the purpose. */
  readonly note: string | null;
  readonly emergency: boolean;
  readonly startedAt: string;
  /** Null while the session goes on. */
  readonly endedAt: string | null;
  /** Error code of a refused grant. */
  readonly refused: string | null;
  /** Whether retention has deleted what was recorded of it: then only who, which call and when is left. */
  readonly deleted: boolean;
}

const text = v.optional(v.string(), '');

/** What an opening's body tells. Fields are optional because records outlive the versions that wrote them. */
const openingSchema = v.object({
  iss: text,
  jti: text,
  jkt: v.optional(v.nullable(v.string()), null),
  name: text,
  role: text,
  unitName: text,
  purpose: text,
  relation: text,
  note: v.optional(v.string()),
  emergency: v.optional(v.boolean(), false),
  maxSessionSeconds: v.optional(v.number(), 0),
  code: v.optional(nameSchema),
});

export const OPENING_COLUMNS = [
  'store_order',
  'chain',
  'received_at',
  'actor',
  'unit',
  'patient',
  'call',
  'body',
] as const;

export type OpeningRow = Pick<Selectable<AuditTable>, (typeof OPENING_COLUMNS)[number]>;

export type OpeningQuery = SelectQueryBuilder<Schema, 'audit', OpeningRow>;

/** Beginnings of accesses, newest first. */
export const openings = (db: Kysely<Schema>, tenant: string): OpeningQuery =>
  db
    .selectFrom('audit')
    .select(OPENING_COLUMNS)
    .where('tenant', '=', tenant)
    .where('type', 'in', OPENINGS)
    .orderBy('store_order', 'desc');

/** What became of each beginning, in the same order. @param now - milliseconds since the epoch */
export async function accessesOf(
  db: Kysely<Schema>,
  tenant: string,
  rows: readonly OpeningRow[],
  now: number,
): Promise<Access[]> {
  const sids = rows.map(({ chain }) => chain).filter(chain => chain !== '');
  const sessions = await listeningIn(db, tenant, sids);
  return rows.map(row => accessOf(row, sessions.get(row.chain) ?? nothingHeard, now));
}

function accessOf(row: OpeningRow, { closedAt, ...listening }: SessionListening, now: number): Access {
  const {
    unitName,
    code = null,
    note = null,
    maxSessionSeconds,
    ...told
  } = v.parse(openingSchema, JSON.parse(row.body ?? '{}'));
  return {
    n: row.store_order,
    sid: row.chain === '' ? null : row.chain,
    call: row.call ?? '',
    patient: row.patient ?? '',
    person: row.actor ?? '',
    unit: { id: row.unit ?? '', name: unitName },
    ...told,
    note,
    startedAt: row.received_at,
    endedAt: row.body === null ? closedAt : endOf(row.received_at, maxSessionSeconds, closedAt, now),
    refused: code,
    deleted: row.body === null,
    ...listening,
  };
}

/** A session whose time is over has ended, also when nobody came to find it so. */
function endOf(startedAt: string, maxSeconds: number, closedAt: string | null, now: number): string | null {
  const latestMs = Date.parse(startedAt) + maxSeconds * 1000;
  const closedMs = closedAt === null ? now : Date.parse(closedAt);
  const endMs = Math.min(latestMs, closedMs);
  return closedAt === null && endMs < latestMs ? null : new Date(endMs).toISOString();
}
