import { setTimeout as pause } from 'node:timers/promises';
import { SecureCallError } from '@secure-call/protocol';
import { tenantSubject } from './audit-writer.ts';
import { retentionYearsOf } from './retention-years.ts';
import type { CallServiceOptions } from './service-options.ts';
import { recorded } from './service-transaction.ts';
import type { Store } from './store.ts';

const PERIOD_MS = 24 * 3600 * 1000;
/** Clocks differ, and calendars do on 29 February: nothing is tried that the database might find too young. */
const MARGIN_MS = 24 * 3600 * 1000;
const BATCH_RECORDS = 1000;

export type RetentionOptions = Pick<CallServiceOptions, 'store' | 'tenants' | 'log' | 'now'>;

interface TenantRetention {
  readonly tenant: string;
  readonly years: number;
}

/** What became of one tenant's record. */
export interface RetentionReport extends TenantRetention {
  /** ISO 8601: what was received before it goes. */
  readonly before: string;
  /** How many records lost their content. */
  readonly records: number;
}

/**
 * Deletes what records tell once it has been kept for long enough: body and salt. The record itself, its time, and whom and which call
 * it is about, stays, and so do its hash and all that holds the log together.
 */
export class Retention {
  readonly #store: Store;
  readonly #tenants: readonly TenantRetention[];
  readonly #now: () => number;
  readonly #report: NonNullable<RetentionOptions['log']>;

  /** @throws {SecureCallError} `configuration_invalid` when a tenant keeps its record for less than five years */
  constructor({ store, tenants, log = () => undefined, now = Date.now }: RetentionOptions) {
    this.#store = store;
    this.#tenants = tenants.map(tenant => ({ tenant: tenant.id, years: retentionYearsOf(tenant) }));
    this.#now = now;
    this.#report = log;
  }

  /** Deletes once a day until `signal` is aborted. What fails is told to the operator and tried again. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.run(signal).catch((cause: unknown) => this.#tell(cause));
      await pause(PERIOD_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Deletes what is due, batch by batch, each of them on record. @param signal - ends it after the batch that is under way */
  async run(signal: AbortSignal = new AbortController().signal): Promise<RetentionReport[]> {
    const reports: RetentionReport[] = [];
    for (const { tenant, years } of this.#tenants) {
      const before = timeBefore(this.#now(), years);
      let records = 0;
      let deleted: number;
      do {
        deleted = await this.#deleteBatch({ tenant, years }, before);
        records += deleted;
      } while (deleted > 0 && !signal.aborted);
      reports.push({ tenant, years, before, records });
    }
    return reports;
  }

  #deleteBatch({ tenant, years }: TenantRetention, before: string): Promise<number> {
    return recorded(this.#store.rowTransaction, this.#now(), async tx => {
      const due = tx.db
        .selectFrom('audit')
        .select('store_order')
        .where('tenant', '=', tenant)
        .where('received_at', '<', before)
        .where('body', 'is not', null)
        .orderBy('received_at')
        .limit(BATCH_RECORDS);
      const { numUpdatedRows } = await tx.db
        .updateTable('audit')
        .set({ body: null, salt: null })
        .where('store_order', 'in', due)
        .where('body', 'is not', null)
        .executeTakeFirstOrThrow();
      const records = Number(numUpdatedRows);
      const body = { before, years, records };
      if (records > 0) await tx.audit.append(tenantSubject(tenant), { type: 'retention.done', body });
      return records;
    });
  }

  #tell(cause: unknown): void {
    const ours = cause instanceof SecureCallError;
    const error = cause instanceof Error && !ours ? { error: cause.name } : {};
    this.#report({ event: 'retention.failed', code: ours ? cause.code : 'audit_unavailable', ...error });
  }
}

function timeBefore(now: number, years: number): string {
  const time = new Date(now - MARGIN_MS);
  time.setUTCFullYear(time.getUTCFullYear() - years);
  return time.toISOString();
}
