import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { AuditEvent, Bundle } from 'fhir/r4.js';

/** What a FHIR server does with a batch that is in order, or something worse. */
export type Mood = 'works' | 'silent' | 'breaks' | 'login page' | 'short' | 'huge' | 'moved' | number;

/** A request as it came. */
interface Posted {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly bundle: Bundle<AuditEvent>;
}

/** A FHIR server of the smallest kind: it takes batches of AuditEvents at its base, and remembers them. */
export class AuditServer {
  mood: Mood = 'works';
  /** Sees an event before it is taken. @returns the status of that entry */
  judge: (event: AuditEvent) => number = () => 201;
  /** Called when a request came, before it is answered. */
  onRequest: () => Promise<void> = () => Promise.resolve();
  readonly posted: Posted[] = [];
  /** In the order in which they were taken. */
  readonly taken: AuditEvent[] = [];
  readonly #server: Server;
  readonly #port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  /** @param port - of one that was stopped */
  static async start(port = 0): Promise<AuditServer> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new AuditServer(server, (server.address() as AddressInfo).port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/fhir`;
  }

  get port(): number {
    return this.#port;
  }

  /** The ids by which the service knows what was taken. */
  get sources(): readonly string[] {
    return this.taken.map(({ meta }) => meta?.source ?? '');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    const bundle = JSON.parse(await text(request)) as Bundle<AuditEvent>;
    this.posted.push({ method, url, headers, bundle });
    await this.onRequest();
    if (this.mood === 'silent') return;
    if (this.mood === 'breaks') return void response.destroy();
    const { status, body } = this.#told(bundle);
    response.writeHead(status, {
      'content-type': 'application/fhir+json',
      location: `${this.url}/elsewhere`,
    });
    response.end(body);
  }

  #told(bundle: Bundle<AuditEvent>): { readonly status: number; readonly body: string } {
    if (typeof this.mood === 'number') return { status: this.mood, body: '' };
    if (this.mood === 'moved') return { status: 307, body: '' };
    if (this.mood === 'login page') return { status: 200, body: '<!doctype html><title>Sign in</title>' };
    if (this.mood === 'huge') return { status: 200, body: ' '.repeat(2 ** 21) };
    const entry = (bundle.entry ?? []).map(({ resource }) => {
      const status = resource ? this.judge(resource) : 400;
      if (resource && status < 300) this.taken.push(resource);
      return { response: { status: `${status} ${status < 300 ? 'Created' : 'No'}` } };
    });
    if (this.mood === 'short') entry.pop();
    return { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'batch-response', entry }) };
  }
}
