import { setTimeout as pause } from 'node:timers/promises';
import { type CallId, namesKey, openErasure, SecureCallError, signErasure } from '@secure-call/protocol';
import { eraseKeys } from './call-erasure.ts';
import { type LogKeys, logKeys } from './checkpoint-key.ts';
import { ErasureFolder } from './erasure-folder.ts';
import type { CallServiceOptions } from './service-options.ts';
import { recorded } from './service-transaction.ts';
import type { Store } from './store.ts';

const PERIOD_MS = 30_000;

export interface ErasuresOptions extends Pick<
  CallServiceOptions,
  'store' | 'serviceKey' | 'rotating' | 'publicUrl' | 'tenants' | 'log' | 'now'
> {
  /** Where erasures are kept outside the database. */
  readonly folder: string;
}

interface TenantErasures extends LogKeys {
  readonly tenant: string;
  readonly folder: ErasureFolder;
  /** Calls whose notes were opened. */
  readonly verified: Set<string>;
}

/**
 * Erasures outside the database: one signed note for each. A database that was restored from a back-up holds again what was erased
 * since, and is told by these.
 */
export class Erasures {
  readonly #store: Store;
  readonly #tenants: readonly TenantErasures[];
  readonly #now: () => number;
  readonly #report: NonNullable<ErasuresOptions['log']>;
  #ready: Promise<void> | undefined;

  private constructor(
    { store, log = () => undefined, now = Date.now }: ErasuresOptions,
    tenants: readonly TenantErasures[],
  ) {
    this.#store = store;
    this.#tenants = tenants;
    this.#now = now;
    this.#report = log;
  }

  /** @throws {SecureCallError} `key_invalid` */
  static async create(options: ErasuresOptions): Promise<Erasures> {
    const kept = options.tenants.map(({ id }) => tenantErasures(options, id));
    return new Erasures(options, await Promise.all(kept));
  }

  /**
   * Resolves once the database knows every erasure; before that no key may leave.
   * @throws {SecureCallError} `checkpoint_invalid` when somebody else wrote to the folder; whatever the folder or the store throws
   */
  ready(): Promise<void> {
    this.#ready ??= this.replay().catch((cause: unknown) => {
      this.#ready = undefined;
      throw cause;
    });
    return this.#ready;
  }

  /** Brings database and folder together until `signal` is aborted. What fails is told to the operator and tried again. */
  async keepUp(signal: AbortSignal): Promise<void> {
    const replay = (): Promise<void> => this.replay().catch((cause: unknown) => this.#tell(cause));
    // A database that was away may have come back as an older one.
    const stop = this.#store.subscribe(message => {
      if (message === undefined) void replay();
    });
    while (!signal.aborted) {
      await pause(PERIOD_MS, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await replay();
    }
    stop();
  }

  /** Erases in the database what the folder says, and puts into the folder what only the database says. */
  async replay(): Promise<void> {
    for (const erasures of this.#tenants) {
      const outside = await erasures.folder.calls();
      const inside = await this.#erasedInDatabase(erasures.tenant);
      for (const call of outside) await this.#take(erasures, call, inside.has(call));
      for (const call of inside) if (!outside.includes(call)) await this.#write(erasures, call);
    }
  }

  /**
   * Keeps an erasure that is durable in the database; resolves once it will survive a power cut.
   * @throws whatever the folder throws
   */
  async keep(tenant: string, call: CallId): Promise<void> {
    const erasures = this.#tenants.find(known => known.tenant === tenant);
    if (!erasures) throw new SecureCallError('configuration_invalid', 'This tenant has no folder.');
    if (!erasures.verified.has(call)) await this.#write(erasures, call);
  }

  /** @param isKnown - whether the database says so too */
  async #take(
    { tenant, signer, verifiers, folder, verified }: TenantErasures,
    call: string,
    isKnown: boolean,
  ): Promise<void> {
    if (isKnown && verified.has(call)) return;
    const text = await folder.read(call);
    const note = await openErasure(text, ...verifiers);
    if (note.call !== call)
      throw new SecureCallError('checkpoint_invalid', 'A note of an erasure has the name of another call.');
    if (!isKnown) {
      const body = { replayed: true, erasedAt: note.erasedAt };
      const erasure = { tenant, call: note.call, actor: null, body };
      await recorded(this.#store.transaction, this.#now(), tx => eraseKeys(tx, erasure));
    }
    // The key that signed it may be on its way out.
    if (!(await namesKey(text, signer))) await folder.keep(call, await signErasure(note, signer));
    verified.add(call);
  }

  async #write({ signer, folder, verified }: TenantErasures, call: string): Promise<void> {
    const erasedAt = new Date(this.#now()).toISOString();
    // The database took it as a call id.
    const note = await signErasure({ call: call as CallId, erasedAt }, signer);
    await folder.keep(call, note);
    verified.add(call);
  }

  /** Calls of which nothing but the erasure is left. */
  async #erasedInDatabase(tenant: string): Promise<Set<string>> {
    const rows = await this.#store.read(db =>
      db
        .selectFrom('erasure')
        .select('call')
        .where('tenant', '=', tenant)
        .where(erasure =>
          erasure.not(
            erasure.exists(
              erasure
                .selectFrom('call')
                .select('call.call')
                .whereRef('call.tenant', '=', 'erasure.tenant')
                .whereRef('call.call', '=', 'erasure.call')
                .where('call.jwe', 'is not', null),
            ),
          ),
        )
        .execute(),
    );
    return new Set(rows.map(({ call }) => call));
  }

  #tell(cause: unknown): void {
    const ours = cause instanceof SecureCallError;
    const error = cause instanceof Error && !ours ? { error: cause.name } : {};
    this.#report({ event: 'erasure.failed', code: ours ? cause.code : 'audit_unavailable', ...error });
  }
}

async function tenantErasures(options: ErasuresOptions, tenant: string): Promise<TenantErasures> {
  const keys = await logKeys(options, options.publicUrl, tenant);
  return { tenant, ...keys, folder: new ErasureFolder(options.folder, tenant), verified: new Set() };
}
