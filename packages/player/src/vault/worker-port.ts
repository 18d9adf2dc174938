import { type Bytes, SecureCallError } from '@secure-call/protocol';
import { playbackError } from '../playback-error.ts';
import { readRange, readWhole, type Storage } from './storage-reader.ts';
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

const send = (message: VaultToPage, transfer: Transferable[] = []): void =>
  scope.postMessage(message, transfer);

type Answer = Extract<PageToVault, { keysGiven: number } | { fetched: number }>;

/** What a vault does for the page, command by command. */
export type Handlers = { readonly [C in VaultCommand]?: (args: VaultCommands[C]['args']) => unknown };

/** A vault's side of the border between Worker and page. */
export class WorkerPort {
  readonly #asked = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  /** Whether storage is reached through the page's own `fetchMedia`, which may want signed URLs. */
  readsThroughPage = false;

  /** Storage, by itself or through the page. */
  readonly storage: Storage = {
    readRange: (url, start, end, ...rest) =>
      this.readsThroughPage
        ? this.#fetch(url, start, end, bytes => bytes === end - start)
        : readRange(url, start, end, ...rest),
    readWhole: (url, maxBytes, signal) =>
      this.readsThroughPage
        ? this.#fetch(url, 0, Infinity, bytes => bytes <= maxBytes)
        : readWhole(url, maxBytes, signal),
  };

  notify(notice: VaultNotice): void {
    send({ notice });
  }

  /** Asks the host's `keys`, which lives in the page. @throws {SecureCallError} */
  async askHost(question: KeysQuestion): Promise<string> {
    const answer = await this.#ask(id => ({ keysFor: id, ...question }));
    if ('jwe' in answer) return answer.jwe;
    const { code, message } = 'error' in answer ? answer.error : playbackError(undefined);
    throw new SecureCallError(code, message);
  }

  /** Answers the page's commands from now on. */
  serve(handlers: Handlers): void {
    scope.onmessage = ({ data }) => {
      if ('command' in data) {
        void this.#answer(handlers, data);
      } else {
        const id = 'fetched' in data ? data.fetched : data.keysGiven;
        this.#asked.get(id)?.(data);
        this.#asked.delete(id);
      }
    };
  }

  async #answer(
    handlers: Handlers,
    { id, command, args }: Extract<PageToVault, { id: number }>,
  ): Promise<void> {
    try {
      // Only our own page half writes to this port, and it is typed by VaultCommands.
      const handle = handlers[command] as ((args: unknown) => unknown) | undefined;
      if (!handle) throw wrongWorker();
      const result = await handle(args);
      send({ id, result }, result instanceof ArrayBuffer ? [result] : []);
    } catch (error) {
      const { code, message } = playbackError(error);
      send({ id, error: { code, message } });
    }
  }

  async #fetch(url: string, start: number, end: number, fits: (bytes: number) => boolean): Promise<Bytes> {
    const answer = await this.#ask(id => ({ fetch: id, url, start, end }));
    const bytes = 'bytes' in answer ? answer.bytes : undefined;
    if (bytes && fits(bytes.byteLength)) return new Uint8Array(bytes);
    throw new SecureCallError('media_unavailable', 'The storage does not deliver this recording.');
  }

  #ask(question: (id: number) => VaultToPage): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise(resolve => {
      this.#asked.set(id, resolve);
      send(question(id));
    });
  }
}

const wrongWorker = (): SecureCallError =>
  new SecureCallError(
    'setup_invalid',
    'The worker file does not fit the source: vault.worker.js goes with a key service, simple-vault.worker.js without.',
  );
