import { parseJson, type PushMessage, pushMessageSchema, ServiceRefusal } from '@secure-call/protocol';
import type { KeyServiceClient } from './key-service-client.ts';

/** The service repeats the epoch every 5 s; after this without a word the stream counts as down. */
const QUIET_MS = 12_000;
const RECONNECT_MS = 2000;

/** Listens for revocation by a fetch-streamed answer and reconnects as long as the session lives. */
export class RevocationStream {
  readonly #client: KeyServiceClient;
  readonly #path: string;
  readonly #onMessage: (message: PushMessage) => void;
  readonly #onRefusal: (refusal: ServiceRefusal) => void;
  readonly #abort = new AbortController();
  #heardAt = -Infinity;

  constructor(
    client: KeyServiceClient,
    path: string,
    onMessage: (message: PushMessage) => void,
    onRefusal: (refusal: ServiceRefusal) => void,
  ) {
    this.#client = client;
    this.#path = path;
    this.#onMessage = onMessage;
    this.#onRefusal = onRefusal;
    void this.#run();
  }

  /** Whether a revocation would arrive at once. */
  get up(): boolean {
    return performance.now() - this.#heardAt < QUIET_MS;
  }

  close(): void {
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      await this.#listen().catch((error: unknown) => {
        if (error instanceof ServiceRefusal) this.#onRefusal(error);
      });
      await new Promise(resolve => setTimeout(resolve, RECONNECT_MS));
    }
  }

  async #listen(): Promise<void> {
    const attempt = new AbortController();
    const stop = (): void => attempt.abort();
    this.#abort.signal.addEventListener('abort', stop, { once: true });
    try {
      const stream = await this.#client.openStream(this.#path, attempt.signal);
      await this.#readLines(stream, stop);
    } finally {
      // A stream that was not read to its end would hold its connection.
      stop();
      this.#abort.signal.removeEventListener('abort', stop);
    }
  }

  async #readLines(stream: ReadableStream<Uint8Array>, stop: () => void): Promise<void> {
    const reader = stream
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .getReader();
    let rest = '';
    let quiet = setTimeout(stop, QUIET_MS);
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        clearTimeout(quiet);
        quiet = setTimeout(stop, QUIET_MS);
        const lines = (rest + next.value).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines.filter(Boolean)) this.#take(line);
      }
    } finally {
      clearTimeout(quiet);
    }
  }

  #take(line: string): void {
    this.#heardAt = performance.now();
    this.#onMessage(parseJson(pushMessageSchema, line, 'push message'));
  }
}
