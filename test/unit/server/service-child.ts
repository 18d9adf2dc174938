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
  readonly policy?: Partial<Policy>;
}

/** A real store that stops the world between a commit and its answer. */
function haltingStore(store: Store, haltAfterCommit: number | null): Store {
  let commits = 0;
  const halting =
    (run: RunTransaction): RunTransaction =>
    async work => {
      const result = await run(work);
      commits += 1;
      if (commits !== haltAfterCommit) return result;
      process.stdout.write('committed\n');
      return new Promise(() => undefined);
    };
  return {
    ...store,
    transaction: halting(store.transaction),
    rowTransaction: halting(store.rowTransaction),
  };
}

const task = JSON.parse(process.argv[2] ?? '') as ServiceChildTask;
const store = haltingStore(await openStore(task.location), task.haltAfterCommit);
const handle = createCallService({ ...serviceOptions(task.keys, store), policy: task.policy ?? {} });
const server = createServer(nodeListener(handle, 'https://keys.example'));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
// An exit in order, so that a profile of it is written.
process.once('SIGTERM', () => process.exit(0));
