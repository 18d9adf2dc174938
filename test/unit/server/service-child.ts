import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createCallService,
  nodeListener,
  openStore,
  type Policy,
  type RunTransaction,
  type Store,
  type StoreLocation,
} from '@secure-call/server';
import { serviceOptions, type TestKeys } from './service-options.ts';

/** What the parent wants of this process. */
export interface ServiceChildTask {
  readonly keys: TestKeys;
  readonly location: StoreLocation;
  /** After the commit with this number, from 1, nothing is answered any more; null: it always is. */
  readonly haltAfterCommit: number | null;
  /** Stops just before that commit instead. */
  readonly beforeCommit?: boolean;
  readonly policy?: Partial<Policy>;
}

/** A real store that stops the world between a commit and its answer, or before the commit. */
function haltingStore(store: Store, haltAfterCommit: number | null, before: boolean): Store {
  let commits = 0;
  const halting =
    (run: RunTransaction): RunTransaction =>
    async work => {
      commits += 1;
      if (commits !== haltAfterCommit) return run(work);
      const halt = (): Promise<never> => {
        process.stdout.write(before ? 'written\n' : 'committed\n');
        return new Promise(() => undefined);
      };
      const result = await run(async (db, announce) => {
        const done = await work(db, announce);
        return before ? halt() : done;
      });
      return before ? result : halt();
    };
  return {
    ...store,
    transaction: halting(store.transaction),
    rowTransaction: halting(store.rowTransaction),
  };
}

const task = JSON.parse(process.argv[2] ?? '') as ServiceChildTask;
const store = haltingStore(await openStore(task.location), task.haltAfterCommit, task.beforeCommit ?? false);
const handle = createCallService({ ...serviceOptions(task.keys, store), policy: task.policy ?? {} });
const server = createServer(nodeListener(handle, 'https://keys.example'));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
// An exit in order, so that a profile of it is written.
process.once('SIGTERM', () => process.exit(0));
