import { SecureCallError } from '@secure-call/protocol';
import { playbackError } from '../playback-error.ts';
import type { CallVault } from './call-vault.ts';
import { SimpleVault } from './simple-vault.ts';
import { readRange, type ReadRange, readWhole, type ReadWhole } from './storage-reader.ts';
import { Vault } from './vault.ts';
import type {
  KeysQuestion,
  PageToVault,
  VaultCommand,
  VaultCommands,
  VaultNotice,
  VaultToPage,
} from './vault-messages.ts';

/** The part of a worker's global scope that is used here; the DOM library has no type for it. */
interface WorkerScope {
  postMessage(message: VaultToPage, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<PageToVault>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const pageFetches = new Map<number, (bytes: ArrayBuffer | undefined) => void>();
const hostAnswers = new Map<number, (answer: Extract<PageToVault, { keysGiven: number }>) => void>();
let readsThroughPage = false;
let lastId = 0;

/** Reads through the page's own `fetchMedia`, for storage that wants signed URLs. */
async function fetchThroughPage(
  url: string,
  start: number,
  end: number,
  fits: (bytes: number) => boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const id = ++lastId;
  const bytes = await new Promise<ArrayBuffer | undefined>(resolve => {
    pageFetches.set(id, resolve);
    scope.postMessage({ fetch: id, url, start, end });
  });
  if (!bytes || !fits(bytes.byteLength)) {
    throw new SecureCallError('media_unavailable', 'The storage does not deliver this recording.');
  }
  return new Uint8Array(bytes);
}

const read: ReadRange = (url, start, end, ...rest) =>
  readsThroughPage
    ? fetchThroughPage(url, start, end, bytes => bytes === end - start)
    : readRange(url, start, end, ...rest);
const readAll: ReadWhole = (url, maxBytes, signal) =>
  readsThroughPage
    ? fetchThroughPage(url, 0, Infinity, bytes => bytes <= maxBytes)
    : readWhole(url, maxBytes, signal);

/** Asks the host's `keys`, which lives in the page. @throws {SecureCallError} */
async function askHost(question: KeysQuestion): Promise<string> {
  const id = ++lastId;
  const answer = await new Promise<Extract<PageToVault, { keysGiven: number }>>(resolve => {
    hostAnswers.set(id, resolve);
    scope.postMessage({ keysFor: id, ...question });
  });
  if ('jwe' in answer) return answer.jwe;
  throw new SecureCallError(answer.error.code, answer.error.message);
}

const notify = (notice: VaultNotice): void => scope.postMessage({ notice });
const serviceVault = new Vault(notify, read);
const simpleVault = new SimpleVault({ notify, storage: { readRange: read, readWhole: readAll }, askHost });
/** A Worker serves one call; how it is opened decides which of the two it is. */
let vault: CallVault = serviceVault;

type Handlers = { [C in VaultCommand]: (args: VaultCommands[C]['args']) => unknown };

const handlers: Handlers = {
  deviceKey: () => serviceVault.deviceKey(),
  open: args => {
    readsThroughPage = args.pageFetches;
    return serviceVault.open(args);
  },
  openSimple: args => {
    readsThroughPage = args.pageFetches;
    vault = simpleVault;
    return simpleVault.open(args);
  },
  recorded: eventSeq => simpleVault.recorded(eventSeq),
  notRecorded: () => simpleVault.notRecorded(),
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
  } else if ('keysGiven' in data) {
    hostAnswers.get(data.keysGiven)?.(data);
    hostAnswers.delete(data.keysGiven);
  } else {
    void answer(data.id, data.command, data.args);
  }
};
