import { setImmediate as nextTurn } from 'node:timers/promises';
import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';
import type { RunTransaction, Work } from './store.ts';

/** Work of one caller, and how it hears what became of it. */
interface Waiting {
  /** Runs the work. @returns settles the caller, once the group is committed */
  run(tx: Transaction<Schema>): Promise<() => void>;
  fail(cause: unknown): void;
}

const MAX_GROUP = 64;

/**
 * Runs what waits for the only writer as one transaction, so that a disk writes once for all of it. Each work has a savepoint:
 * what it throws takes back its own writes only. Nobody is answered before the commit, and when that fails, nobody is at all.
 */
export class GroupedTransactions {
  readonly #db: Kysely<Schema>;
  readonly #deliver: (messages: readonly string[]) => void;
  #waiting: Waiting[] = [];
  #running = false;

  /** @param deliver - announces what was committed */
  constructor(db: Kysely<Schema>, deliver: (messages: readonly string[]) => void) {
    this.#db = db;
    this.#deliver = deliver;
  }

  readonly run: RunTransaction = work =>
    new Promise((resolve, reject) => {
      this.#waiting.push({
        run: async tx => {
          try {
            const { result, messages } = await savedWork(tx, work);
            return () => {
              this.#deliver(messages);
              resolve(result);
            };
          } catch (cause) {
            if (cause instanceof BrokenTransaction) throw cause;
            return () => reject(cause);
          }
        },
        fail: reject,
      });
      if (!this.#running) void this.#runAll();
    });

  async #runAll(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      // Whoever has come in already is heard first, and shares what the disk takes.
      await nextTurn();
      const group = this.#waiting.splice(0, MAX_GROUP);
      await this.#runGroup(group);
    }
    this.#running = false;
  }

  async #runGroup(group: readonly Waiting[]): Promise<void> {
    const settlers: (() => void)[] = [];
    try {
      await this.#db.transaction().execute(async tx => {
        for (const waiting of group) settlers.push(await waiting.run(tx));
      });
    } catch (cause) {
      for (const waiting of group) waiting.fail(cause);
      return;
    }
    for (const settle of settlers) settle();
  }
}

/** The transaction itself is lost, with everything in it. */
class BrokenTransaction extends Error {}

interface Saved<T> {
  readonly result: T;
  readonly messages: readonly string[];
}

async function savedWork<T>(tx: Transaction<Schema>, work: Work<T>): Promise<Saved<T>> {
  const messages: string[] = [];
  await command(tx, 'savepoint work');
  try {
    const result = await work(tx, message => void messages.push(message));
    await command(tx, 'release work');
    return { result, messages };
  } catch (cause) {
    try {
      await command(tx, 'rollback to work');
      await command(tx, 'release work');
    } catch {
      throw new BrokenTransaction('The transaction was rolled back.', { cause });
    }
    throw cause;
  }
}

const command = (tx: Transaction<Schema>, text: string): Promise<unknown> =>
  tx.executeQuery(CompiledQuery.raw(text));
