import {
  type Bytes,
  equalBytes,
  type KeyBinding,
  recipientIds,
  type SealedKey,
  sealKey,
  SecureCallError,
} from '@secure-call/protocol';
import type { Kysely, Transaction } from 'kysely';
import type { ArchiveKeys } from './archive-keys.ts';
import { tenantSubject } from './audit-writer.ts';
import type { Schema } from './schema.ts';
import type { ServiceTransaction } from './service-context.ts';
import { recorded } from './service-transaction.ts';
import type { CallRow } from './sessions.ts';
import type { Store } from './store.ts';

const DEFAULT_BATCH = 100;

export interface ResealOptions {
  readonly store: Store;
  /** Everything that opens what is in the database. */
  readonly archiveKeys: ArchiveKeys;
  /** What everything is sealed to from now on, and opens it. */
  readonly target: ArchiveKeys;
  /** Who does it; stands in the record. */
  readonly by: string;
  /** Packagings that are re-sealed in one transaction. @default 100 */
  readonly batch?: number;
  /** Ends after the batch that is under way; whoever starts again goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: ResealReport) => void;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export interface ResealReport {
  /** Packagings that were looked at. */
  readonly seen: number;
  readonly resealed: number;
  /** Packagings of which a sealed key opens with none of the archive keys. */
  readonly unopened: number;
}

const COLUMNS = ['tenant', 'call', 'rev', 'manifest_sha256', 'jwe', 'seed_jwe'] as const;
type SealedRow = Pick<CallRow, (typeof COLUMNS)[number]>;

/** A column that holds a sealed key, and what is to stand in it. */
interface Change {
  readonly row: SealedRow;
  readonly column: 'jwe' | 'seed_jwe';
  readonly before: string;
  readonly after: string;
}

/**
 * Seals every call key and every seed to other archive keys. What is sealed to just those already is passed over, so it may be
 * stopped and started again at any time, also while services give keys, register and erase calls. Nothing is written that the new
 * keys have not opened before.
 * @throws {SecureCallError} `archive_unavailable`; `key_invalid` when the new keys do not open what is sealed to them
 */
export async function resealCalls(options: ResealOptions): Promise<ResealReport> {
  const { store, batch = DEFAULT_BATCH, signal, onProgress } = options;
  let report: ResealReport = { seen: 0, resealed: 0, unopened: 0 };
  for await (const rows of pagesOf(store, batch)) {
    if (signal?.aborted) break;
    const { changes, unopened } = await changesOf(options, rows);
    const resealed = await apply(options, changes);
    report = {
      seen: report.seen + rows.length,
      resealed: report.resealed + resealed,
      unopened: report.unopened + unopened,
    };
    onProgress?.(report);
  }
  return report;
}

/** How many sealed keys name an archive key, by its `kid`; also those of which another one opens the same. */
export async function sealedKeysByRecipient(store: Store): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const rows of pagesOf(store, 1000))
    for (const { jwe, seed_jwe: seed } of rows)
      for (const text of jwe === null ? [seed] : [jwe, seed])
        for (const id of recipientIds(parseSealed(text))) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Written by the service alone, from registrations that it had verified. */
const parseSealed = (text: string): SealedKey => JSON.parse(text) as SealedKey;

async function* pagesOf(store: Store, size: number): AsyncGenerator<SealedRow[], void, undefined> {
  let last: SealedRow | undefined;
  do {
    const rows = await store.read(db => page(db, last, size));
    if (rows.length > 0) yield rows;
    last = rows.at(-1);
  } while (last);
}

function page(db: Kysely<Schema>, last: SealedRow | undefined, size: number): Promise<SealedRow[]> {
  let query = db.selectFrom('call').select(COLUMNS);
  if (last) {
    const { tenant, call, rev } = last;
    query = query.where(behind =>
      behind(behind.refTuple('tenant', 'call', 'rev'), '>', behind.tuple(tenant, call, rev)),
    );
  }
  return query.orderBy('tenant').orderBy('call').orderBy('rev').limit(size).execute();
}

async function changesOf(
  options: ResealOptions,
  rows: readonly SealedRow[],
): Promise<{ readonly changes: readonly Change[]; readonly unopened: number }> {
  const changes: Change[] = [];
  let unopened = 0;
  for (const row of rows) {
    try {
      for (const column of ['jwe', 'seed_jwe'] as const) {
        const before = row[column];
        const after = before === null ? undefined : await resealed(options, bindingOf(row), before);
        if (before !== null && after !== undefined) changes.push({ row, column, before, after });
      }
    } catch (cause) {
      if (!(cause instanceof SecureCallError && cause.code === 'registration_invalid')) throw cause;
      unopened += 1;
    }
  }
  return { changes, unopened };
}

/** @returns undefined when it is sealed to just the new keys already */
async function resealed(
  { archiveKeys, target }: ResealOptions,
  binding: KeyBinding,
  text: string,
): Promise<string | undefined> {
  const sealed = parseSealed(text);
  if (isSealedTo(sealed, target)) return undefined;
  const key = await archiveKeys.open(sealed, binding);
  try {
    return JSON.stringify(await sealAnew(target, key, binding));
  } finally {
    key.fill(0);
  }
}

function isSealedTo(sealed: SealedKey, { publicKeys }: ArchiveKeys): boolean {
  const wanted = publicKeys.map(({ kid = '' }) => kid).toSorted();
  return recipientIds(sealed).toSorted().join(' ') === wanted.join(' ');
}

/**
 * Seals a key to archive keys, and opens it again.
 * @throws {SecureCallError} `key_invalid` when they do not open it
 */
export async function sealAnew(target: ArchiveKeys, key: Bytes, binding: KeyBinding): Promise<SealedKey> {
  const sealed = await sealKey(key, binding, target.publicKeys);
  const opened = await target.open(sealed, binding).catch(refuseUnopened);
  const same = equalBytes(opened, key);
  opened.fill(0);
  return same ? sealed : refuseUnopened(undefined);
}

function refuseUnopened(cause: unknown): never {
  if (cause instanceof SecureCallError && cause.code === 'archive_unavailable') throw cause;
  throw new SecureCallError('key_invalid', 'The new archive key does not open what is sealed to it.', {
    cause,
  });
}

/** The call ids were checked when they were registered. */
const bindingOf = ({ tenant, call, rev, manifest_sha256: manifestSha256 }: SealedRow): KeyBinding =>
  ({ tenant, call, rev, manifestSha256 }) as KeyBinding;

/** @returns how many packagings were re-sealed */
async function apply(options: ResealOptions, changes: readonly Change[]): Promise<number> {
  if (changes.length === 0) return 0;
  const { store, now = Date.now } = options;
  const done = await recorded(store.rowTransaction, now(), async tx => {
    const applied: Change[] = [];
    for (const change of changes) if (await replace(tx.db, change)) applied.push(change);
    await record(tx, options, applied);
    return applied;
  });
  return new Set(done.map(({ row }) => row)).size;
}

/** What was erased, or re-sealed by someone else, in the meantime stays as it is. */
async function replace(
  db: Transaction<Schema>,
  { row: { tenant, call, rev }, column, before, after }: Change,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('call')
    .set({ [column]: after })
    .where('tenant', '=', tenant)
    .where('call', '=', call)
    .where('rev', '=', rev)
    .where(column, '=', before)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

async function record(
  tx: ServiceTransaction,
  { target, by }: ResealOptions,
  applied: readonly Change[],
): Promise<void> {
  const to = target.publicKeys.map(({ kid = '' }) => kid);
  for (const tenant of new Set(applied.map(({ row }) => row.tenant))) {
    const own = applied.filter(({ row }) => row.tenant === tenant);
    const packagings = [...new Set(own.map(({ row }) => row))].map(({ call, rev }) => ({ call, rev }));
    const from = [...new Set(own.flatMap(({ before }) => recipientIds(parseSealed(before))))].sort();
    const body = { by, from, to, packagings };
    await tx.audit.append(tenantSubject(tenant, { actor: by }), { type: 'key.resealed', body });
  }
}
