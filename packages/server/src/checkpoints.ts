import { setTimeout as pause } from 'node:timers/promises';
import {
  type Checkpoint,
  equalBytes,
  namesKey,
  openCheckpoint,
  type ReadNode,
  SecureCallError,
  signCheckpoint,
  treeHead,
} from '@secure-call/protocol';
import type { Transaction } from 'kysely';
import { growTree, latestCheckpoint, nodesOf, unnumberedRecords } from './audit-tree.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { type LogKeys, logKeys } from './checkpoint-key.ts';
import type { Schema } from './schema.ts';
import type { CallServiceOptions } from './service-options.ts';
import type { Store } from './store.ts';

/** No record waits longer than a minute for its checkpoint. */
const PERIOD_MS = 30_000;

export interface CheckpointOptions extends Pick<
  CallServiceOptions,
  'store' | 'serviceKey' | 'rotating' | 'publicUrl' | 'tenants' | 'log'
> {
  /** Where checkpoints are kept outside the database too. @default nowhere */
  readonly folder?: string;
}

interface TenantLog extends LogKeys {
  readonly tenant: string;
  readonly folder: CheckpointFolder | undefined;
}

/** A checkpoint, and whether further records wait for one. */
interface Signed {
  readonly size: number;
  readonly note: string;
  readonly more: boolean;
}

/** Numbers what settles in the tenants' logs and signs their heads. Any number of services may do so on one database. */
export class Checkpoints {
  readonly #store: Store;
  readonly #logs: readonly TenantLog[];
  readonly #report: NonNullable<CheckpointOptions['log']>;

  private constructor({ store, log = () => undefined }: CheckpointOptions, logs: readonly TenantLog[]) {
    this.#store = store;
    this.#logs = logs;
    this.#report = log;
  }

  /** @throws {SecureCallError} `key_invalid` */
  static async create(options: CheckpointOptions): Promise<Checkpoints> {
    const logs = options.tenants.map(({ id }) => tenantLog(options, id));
    return new Checkpoints(options, await Promise.all(logs));
  }

  /** Makes checkpoints until `signal` is aborted, and then once more. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.make();
      await pause(PERIOD_MS, undefined, { signal }).catch(() => undefined);
    }
    await this.make();
  }

  /** Makes a checkpoint of every log that has grown. What fails is told to the operator and tried again the next time. */
  async make(): Promise<void> {
    for (const log of this.#logs) {
      try {
        await this.#catchUp(log);
      } catch (cause) {
        const ours = cause instanceof SecureCallError;
        const error = cause instanceof Error && !ours ? { error: cause.name } : {};
        this.#report({ event: 'checkpoint.failed', code: ours ? cause.code : 'audit_unavailable', ...error });
      }
    }
  }

  async #catchUp({ folder, ...log }: TenantLog): Promise<void> {
    const text = await folder?.latest();
    const kept = text === undefined ? undefined : await openCheckpoint(text, ...log.verifiers);
    let signed: Signed | undefined;
    do signed = await this.#store.transaction(db => this.#advance(db, log, kept));
    while (signed?.more);
    // Also one that another service signed, or that was signed just before this one was killed.
    if (signed && signed.size > (kept?.size ?? 0)) await folder?.keep(signed.size, signed.note);
  }

  /**
   * Goes on from the last checkpoint. Whoever comes second to the same records is told so by the database, and tried again.
   * @param kept - the latest one outside the database
   * @throws {SecureCallError} `checkpoint_invalid` when the database's log is not the one that was signed: nothing is signed then
   */
  async #advance(
    db: Transaction<Schema>,
    { tenant, signer, verifiers }: Omit<TenantLog, 'folder'>,
    kept: Checkpoint | undefined,
  ): Promise<Signed | undefined> {
    const last = await latestCheckpoint(db, tenant);
    const size = last?.size ?? 0;
    const read = nodesOf(db, tenant);
    // Under an address, or a service key that is not known any more, the log goes on; what was signed before lies elsewhere.
    if (last && (await namesAny(last.note, verifiers)))
      await assertHolds(read, size, await openCheckpoint(last.note, ...verifiers));
    if (kept) await assertHolds(read, size, kept);
    const records = await unnumberedRecords(db, this.#store, tenant, last);
    const newest = records.at(-1);
    if (!newest) return last && { size, note: last.note, more: false };
    const head = await growTree(db, tenant, size, records);
    const note = await signCheckpoint(head, signer);
    const end = { last_settling: String(newest.settling), last_order: newest.store_order };
    await db
      .insertInto('checkpoint')
      .values({ tenant, size: head.size, note, ...end })
      .execute();
    return { size: head.size, note, more: true };
  }
}

async function tenantLog(options: CheckpointOptions, tenant: string): Promise<TenantLog> {
  const { folder } = options;
  const keys = await logKeys(options, options.publicUrl, tenant);
  return { tenant, ...keys, folder: folder === undefined ? undefined : new CheckpointFolder(folder, tenant) };
}

async function namesAny(note: string, verifiers: LogKeys['verifiers']): Promise<boolean> {
  for (const verifier of verifiers) if (await namesKey(note, verifier)) return true;
  return false;
}

async function assertHolds(read: ReadNode, size: number, { size: covered, root }: Checkpoint): Promise<void> {
  if (covered <= size && equalBytes(await treeHead(read, covered), root)) return;
  throw new SecureCallError(
    'checkpoint_invalid',
    'The log in the database is not the one that a checkpoint was signed for.',
  );
}
