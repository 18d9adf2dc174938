import { asSecureCallError, SecureCallError } from '@secure-call/protocol';
import type { FetchMedia } from './call-player.ts';
import type { KeysRequest } from './simple-source.ts';
import { playbackError } from './playback-error.ts';
import { trustedScript } from './script-address.ts';
import { withDeadline } from './with-deadline.ts';
import type {
  PageToVault,
  VaultCommand,
  VaultCommands,
  VaultNotice,
  VaultToPage,
} from './vault/vault-messages.ts';

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: SecureCallError) => void;
}

export interface VaultClientOptions {
  readonly workerUrl: string | URL | undefined;
  readonly fetchMedia: FetchMedia | undefined;
  /** The host's keys, for a source without a key service. */
  readonly keys: ((request: KeysRequest) => Promise<string>) | undefined;
  readonly onNotice: (notice: VaultNotice) => void;
}

/** A host that does not answer within this is treated as unreachable. */
const HOST_ANSWER_MS = 8000;

/** The page's half of the vault: starts the Worker and passes commands. Holds no key and no grant. */
export class VaultClient {
  readonly #worker: Worker;
  readonly #options: VaultClientOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #abort = new AbortController();
  #lastId = 0;
  /** Why there is no Worker; whoever calls it later is told too. */
  #unstarted: SecureCallError | undefined;

  constructor(options: VaultClientOptions) {
    this.#options = options;
    const address = String(options.workerUrl ?? ownWorker(options.keys !== undefined));
    this.#worker = startWorker(address);
    this.#worker.addEventListener('message', (event: MessageEvent<VaultToPage>) => this.#take(event.data));
    this.#worker.addEventListener('error', event => this.#failed(event, address));
  }

  /** @throws {SecureCallError} */
  call<C extends VaultCommand>(
    command: C,
    args: VaultCommands[C]['args'],
  ): Promise<VaultCommands[C]['result']> {
    if (this.#abort.signal.aborted) return Promise.reject(closed());
    if (this.#unstarted) return Promise.reject(this.#unstarted);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      // The vault answers each command with the result that VaultCommands names for it.
      this.#pending.set(id, { resolve: result => resolve(result as VaultCommands[C]['result']), reject });
      this.#send({ id, command, args });
    });
  }

  /** Ends the Worker at once: every key in it is gone when this returns. */
  terminate(): void {
    this.#worker.terminate();
    this.#abort.abort();
    this.#failAll(closed());
  }

  #send(message: PageToVault, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #take(message: VaultToPage): void {
    if ('notice' in message) {
      this.#options.onNotice(message.notice);
    } else if ('fetch' in message) {
      void this.#fetch(message);
    } else if ('keysFor' in message) {
      void this.#askHost(message);
    } else {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if ('error' in message) pending?.reject(new SecureCallError(message.error.code, message.error.message));
      else pending?.resolve(message.result);
    }
  }

  async #fetch({ fetch, url, start, end }: Extract<VaultToPage, { fetch: number }>): Promise<void> {
    const signal = this.#abort.signal;
    try {
      const bytes = await this.#options.fetchMedia?.({ url, start, end, signal });
      if (bytes) this.#send({ fetched: fetch, bytes }, [bytes]);
      else this.#send({ fetched: fetch });
    } catch {
      this.#send({ fetched: fetch });
    }
  }

  async #askHost({ keysFor: id, ...question }: Extract<VaultToPage, { keysFor: number }>): Promise<void> {
    try {
      const ask = (signal: AbortSignal): Promise<string> =>
        this.#options.keys?.({ ...question, signal }) ?? Promise.reject(closed());
      const jwe: unknown = await withDeadline(ask, HOST_ANSWER_MS, this.#abort.signal);
      if (typeof jwe !== 'string') throw new TypeError('The keys are not a text.');
      this.#send({ keysGiven: id, jwe });
    } catch (cause) {
      // Errors of the host say too much, or nothing, to who listens.
      const { code, message } = asSecureCallError(
        cause,
        'authorize_failed',
        'The application did not give the keys.',
      );
      this.#send({ keysGiven: id, error: { code, message } });
    }
  }

  /** A file that could not be loaded tells no message; a failure inside the Worker does. */
  #failed(event: ErrorEvent, address: string): void {
    if (!event.message) this.#unstarted = unloaded(address);
    this.#failAll(this.#unstarted ?? playbackError(event.error));
  }

  #failAll(error: SecureCallError): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** Bundlers find the file by this form of address, so each is written out. */
const ownWorker = (isSimple: boolean): URL =>
  isSimple
    ? new URL('./simple-vault.worker.js', import.meta.url)
    : new URL('./vault.worker.js', import.meta.url);

const unloaded = (address: string): SecureCallError =>
  new SecureCallError('setup_invalid', `The worker could not be loaded from ${address}: set workerUrl.`);

const closed = (): SecureCallError => new SecureCallError('destroyed', 'The call was closed.');

function startWorker(address: string): Worker {
  return new Worker(trustedScript(address), { type: 'module', name: 'secure-call-vault' });
}
