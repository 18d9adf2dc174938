import { AuditWriter } from './audit-writer.ts';
import type { ServiceTransaction } from './service-context.ts';
import type { RunTransaction } from './store.ts';

/**
 * Runs `work` as one transaction with the access record.
 * @param now - milliseconds since the epoch: when everything in it happened
 */
export const recorded = <T>(
  run: RunTransaction,
  now: number,
  work: (tx: ServiceTransaction) => Promise<T>,
): Promise<T> => run((db, announce) => work({ db, announce, now, audit: new AuditWriter(db, now) }));
