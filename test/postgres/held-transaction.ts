import { randomUUID } from 'node:crypto';
import type { Store } from '@secure-call/server';

type Db = Parameters<Parameters<Store['transaction']>[0]>[0];

/** A transaction that has begun to write and goes on as it is told. */
export async function heldTransaction(store: Store) {
  let use: (db: Db) => void = () => undefined;
  let end = (): void => undefined;
  const begun = new Promise<Db>(resolve => (use = resolve));
  const ended = new Promise<void>(resolve => (end = resolve));
  const tenant = randomUUID();
  const done = store.transaction(async db => {
    await db.insertInto('epoch').values({ tenant, epoch: 0 }).execute();
    use(db);
    await ended;
  });
  const db = await begun;
  return {
    write: (work: (inside: Db) => Promise<unknown>) => work(db),
    commit: () => {
      end();
      return done;
    },
  };
}
