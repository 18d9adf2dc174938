import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { packingKeys, type PackingKeys } from '../packager/keys.ts';
import { tone, wavFile } from '../packager/wav-file.ts';
import { type Captured, run, type RunOptions } from './captured-terminal.ts';

/** A folder with two recordings and keys, and a service that takes what is registered. */
export class PackingDesk {
  readonly keys: PackingKeys;
  readonly url: string;
  readonly received: { path: string | undefined; type: string | undefined; body: string }[] = [];
  /** What the service says to a registration. */
  answer = (response: ServerResponse): void => void response.writeHead(201).end('{}');
  /** What it says before anything is packaged. */
  readiness = (response: ServerResponse): void => void response.writeHead(200).end('{}');
  /** Archive keys that it holds. */
  held: readonly object[];
  readonly #folder: string;
  readonly #server: Server;

  private constructor(folder: string, keys: PackingKeys, server: Server) {
    this.keys = keys;
    this.held = [keys.archive.publicJwk];
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/service`;
    this.#folder = folder;
    this.#server = server;
    server.on('request', (request: IncomingMessage, response) => void this.#receive(request, response));
  }

  static async open(): Promise<PackingDesk> {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const keys = await packingKeys();
    const desk = new PackingDesk(await mkdtemp(join(tmpdir(), 'cli-')), keys, server);
    await desk.write('archive.pub', JSON.stringify(keys.archive.publicJwk));
    await desk.write('archive.jwk', JSON.stringify(keys.archive.privateJwk));
    await desk.write('packager.jwk', JSON.stringify(keys.packager.privateJwk));
    await desk.write('packager.pub', JSON.stringify(keys.packager.publicJwk));
    await desk.write('0701234567.wav', wavFile({ channels: [tone(5, 440), tone(5, 700)] }));
    await desk.write('other.wav', wavFile({ channels: [tone(3, 440), tone(3, 700)] }));
    return desk;
  }

  async close(): Promise<void> {
    await new Promise(resolve => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true });
  }

  at(name: string): string {
    return join(this.#folder, name);
  }

  write(name: string, content: string | Uint8Array): Promise<void> {
    return writeFile(this.at(name), content);
  }

  /** `secure-call pack`. @param target - of the registrations; the service unless said otherwise */
  pack(
    recordings: readonly string[],
    more: readonly string[] = [],
    target: string = this.url,
    options: RunOptions = {},
  ): Promise<Captured> {
    const to = ['--to', this.at('storage'), '--register', target, '--tenant', 'region-x'];
    const keys = ['--archive-key', this.at('archive.pub'), '--packager-key', this.at('packager.jwk')];
    return run(['pack', ...recordings.map(name => this.at(name)), ...to, ...keys, ...more], options);
  }

  /** Everything in the storage folder. */
  stored(): Promise<string[]> {
    return readdir(this.at('storage'), { recursive: true }).catch(() => []);
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.endsWith('/readyz')) return this.readiness(response);
    if (request.url?.endsWith('/jwks.json')) return void response.end(JSON.stringify({ keys: this.held }));
    this.received.push({
      path: request.url,
      type: request.headers['content-type'],
      body: await text(request),
    });
    this.answer(response);
  }
}
