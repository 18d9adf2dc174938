import type { Kysely } from 'kysely';
import { type Access, accessesOf, openings, type OpeningRow } from './accesses.ts';
import { FhirAuditEvents } from './fhir-audit-event.ts';
import type { AuditEvent } from './fhir-types.ts';
import type { Schema } from './schema.ts';

/** A record of which an AuditEvent is made. */
export type ShownRow = OpeningRow & { readonly type: string };

/** For whom events are made. */
export interface EventSource {
  readonly publicUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * AuditEvents of records, in their order. A session's is made of its beginning or of its end, and is the same but for what came to
 * pass in between.
 */
export async function eventsOf<Row extends ShownRow>(
  db: Kysely<Schema>,
  { publicUrl, now }: EventSource,
  tenant: string,
  rows: readonly Row[],
): Promise<{ readonly row: Row; readonly event: AuditEvent }[]> {
  const accesses = await accessesBehind(db, tenant, rows, now);
  const events = new FhirAuditEvents(publicUrl);
  return rows.flatMap(row => {
    const { type, store_order: n, received_at: recorded } = row;
    if (type === 'log.read') return [{ row, event: events.reading(row) }];
    const begins = type.startsWith('grant.');
    const access = accesses.find(found => (begins ? found.n === n : found.sid === row.chain));
    if (!access) return [];
    if (type === 'breakGlass.started') return [{ row, event: events.emergency(access, n, recorded) }];
    return [{ row, event: access.refused === null ? events.session(access) : events.refusal(access) }];
  });
}

/** The accesses that rows begin, and those that others of them are about. */
async function accessesBehind(
  db: Kysely<Schema>,
  tenant: string,
  rows: readonly ShownRow[],
  now: number,
): Promise<Access[]> {
  const begun = rows.filter(({ type }) => type.startsWith('grant.'));
  const about = rows.filter(row => !begun.includes(row) && row.type !== 'log.read');
  const sids = about.map(({ chain }) => chain);
  const others = sids.length === 0 ? [] : await openings(db, tenant).where('chain', 'in', sids).execute();
  // Of what retention has deleted no event can be made.
  const told = [...begun, ...others].filter(({ body }) => body !== null);
  return accessesOf(db, tenant, told, now);
}
