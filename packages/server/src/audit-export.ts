import type { AuditRecord, ExportEnd } from '@secure-call/protocol';
import { auditRecord, ndjsonOf, PAGE_RECORDS, recordColumns } from './audit-log.ts';
import { latestCheckpoint } from './audit-tree.ts';
import { recordReading } from './log-reading.ts';
import { officerOf } from './role-check.ts';
import type { ServiceContext } from './service-context.ts';
import type { Store } from './store.ts';

/**
 * `GET /audit/export.ndjson`: the tenant's records from the first to the last that the latest checkpoint covers, by number, and then
 * that checkpoint. Reading it is itself recorded.
 */
export async function getExport(context: ServiceContext, request: Request): Promise<Response> {
  const officer = await officerOf(context, request, ['auditor', 'privacy']);
  await recordReading(context, officer, { view: 'export', query: {} });
  return ndjsonOf(ended => exported(context.store, officer.tenant.id, ended));
}

async function* exported(
  store: Store,
  tenant: string,
  ended: AbortSignal,
): AsyncGenerator<AuditRecord | ExportEnd, void, undefined> {
  const latest = await store.read(db => latestCheckpoint(db, tenant));
  const size = latest?.size ?? 0;
  for (let start = 0; start < size && !ended.aborted; start += PAGE_RECORDS)
    yield* await numberedRecords(store, tenant, start, Math.min(size, start + PAGE_RECORDS));
  yield { checkpoint: latest?.note ?? null };
}

/** A record that is gone is left out: whoever verifies the export sees that its number is missing. */
async function numberedRecords(
  store: Store,
  tenant: string,
  start: number,
  end: number,
): Promise<AuditRecord[]> {
  const rows = await store.read(db =>
    db
      .selectFrom('audit_node')
      .innerJoin('audit', 'audit.store_order', 'audit_node.store_order')
      .select([...recordColumns, 'audit_node.place as n'])
      .where('audit_node.tenant', '=', tenant)
      .where('audit_node.level', '=', 0)
      .where('audit_node.place', '>=', start)
      .where('audit_node.place', '<', end)
      .orderBy('audit_node.place')
      .execute(),
  );
  return rows.map(auditRecord);
}
