import type { CompiledQuery } from 'kysely';
import { AuditWriter } from './audit-writer.ts';
import { NodePrimitives } from './node-primitives.ts';
import { runTogether } from './prepared-query.ts';
import type { ServiceTransaction } from './service-context.ts';
import type { RunTransaction } from './store.ts';

/** Of records only: no signature is checked with it. */
const primitives = new NodePrimitives();

/**
 * Runs `work` as one transaction with the access record, which is written at its end.
 * @param now - milliseconds since the epoch: when everything in it happened
 */
export const recorded = <T>(
  run: RunTransaction,
  now: number,
  work: (tx: ServiceTransaction) => Promise<T>,
): Promise<T> =>
  run(async (db, announce) => {
    const audit = new AuditWriter(db, primitives, now);
    const writes: CompiledQuery[] = [];
    const write = (query: CompiledQuery): void => void writes.push(query);
    const done = await work({ db, audit, write, announce, now });
    await runTogether(db, [...writes, ...audit.inserts()]);
    return done;
  });
