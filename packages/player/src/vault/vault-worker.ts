import { SecureCallError } from '@secure-call/protocol';
import { playbackError } from '../playback-error.ts';
import { readRange, type ReadRange } from './storage-reader.ts';
import { Vault } from './vault.ts';
import type { PageToVault, VaultCommand, VaultCommands, VaultToPage } from './vault-messages.ts';

/** The part of a worker's global scope that is used here; the DOM library has no type for it. */
interface WorkerScope {
  postMessage(message: VaultToPage, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<PageToVault>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const pageFetches = new Map<number, (bytes: ArrayBuffer | undefined) => void>();
let readsThroughPage = false;
let fetchId = 0;

/** Reads through the page's own `fetchMedia`, for storage that wants signed URLs. */
const readThroughPage: ReadRange = async (url, start, end) => {
  const id = ++fetchId;
  const bytes = await new Promise<ArrayBuffer | undefined>(resolve => {
    pageFetches.set(id, resolve);
    scope.postMessage({ fetch: id, url, start, end });
  });
  if (bytes?.byteLength !== end - start) {
    throw new SecureCallError('media_unavailable', 'The storage does not deliver this recording.');
  }
  return new Uint8Array(bytes);
};

const read: ReadRange = (...range) => (readsThroughPage ? readThroughPage(...range) : readRange(...range));
const vault = new Vault(notice => scope.postMessage({ notice }), read);

type Handlers = { [C in VaultCommand]: (args: VaultCommands[C]['args']) => unknown };

const handlers: Handlers = {
  deviceKey: () => vault.deviceKey(),
  open: args => {
    readsThroughPage = args.pageFetches;
    return vault.open(args);
  },
  segment: async index => (await vault.segment(index)).buffer,
  peaks: async () => (await vault.peaks())?.buffer,
  progress: progress => vault.progress(progress),
  report: event => vault.report(event),
  renew: () => vault.renew(),
  lock: () => vault.lock(),
  unlock: progress => vault.unlock(progress),
  close: args => vault.close(args),
};

async function answer(id: number, command: VaultCommand, args: unknown): Promise<void> {
  try {
    // Only our own page half writes to this port, and it is typed by VaultCommands.
    const handle = handlers[command] as (args: unknown) => unknown;
    const result = await handle(args);
    scope.postMessage({ id, result }, result instanceof ArrayBuffer ? [result] : []);
  } catch (error) {
    const { code, message } = playbackError(error);
    scope.postMessage({ id, error: { code, message } });
  }
}

scope.onmessage = ({ data }) => {
  if ('fetched' in data) {
    pageFetches.get(data.fetched)?.(data.bytes);
    pageFetches.delete(data.fetched);
  } else {
    void answer(data.id, data.command, data.args);
  }
};
