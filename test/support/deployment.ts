import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packRecording, type PackResult } from '@secure-call/packager';
import { createGrant, type GrantInput, generateKey, type KeyPair, pinKey } from '@secure-call/protocol';
import {
  createCallService,
  createStorageHandler,
  fileArchiveKeys,
  nodeListener,
  openStore,
  type Policy,
  type Store,
  type StoreLocation,
  type TraceOptions,
} from '@secure-call/server';
import { createPageHandler } from './page-handler.ts';

export type Handler = (request: Request) => Promise<Response>;

/** A listening HTTP server on this machine that can be taken away and brought back under the same address. */
export class Origin {
  readonly url: string;
  #handler: Handler;
  #server: Server | undefined;

  private constructor(handler: Handler, server: Server) {
    this.#handler = handler;
    this.#server = server;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async listen(handler: Handler): Promise<Origin> {
    const server = createServer();
    await listening(server, 0);
    const origin = new Origin(handler, server);
    origin.#attach(server);
    return origin;
  }

  /** Answers with another handler from now on. */
  serve(handler: Handler): void {
    this.#handler = handler;
  }

  get handler(): Handler {
    return this.#handler;
  }

  /** Takes the server away, with every open connection. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }

  async start(): Promise<void> {
    const server = createServer();
    await listening(server, Number(new URL(this.url).port));
    this.#attach(server);
    this.#server = server;
  }

  #attach(server: Server): void {
    server.on(
      'request',
      nodeListener(request => this.#handler(request), this.url),
    );
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

export interface Recording {
  readonly path: string;
  readonly channels: readonly string[];
}

export interface DeploymentOptions {
  readonly recordings: readonly Recording[];
  readonly policy?: Partial<Policy>;
  /** @default a SQLite file in its folder */
  readonly location?: StoreLocation;
}

export const TENANT = 'region-x';
const ISSUER = 'https://ehr.region-x.example';

/** Packager, storage, key service, host backend and page of one tenant, on separate origins of this machine. */
export class Deployment {
  readonly folder: string;
  readonly storage: Origin;
  readonly service: Origin;
  readonly page: Origin;
  readonly packages: readonly PackResult[];
  readonly archive: KeyPair;
  readonly #options: DeploymentOptions;
  readonly #issuer: KeyPair;
  readonly #packager: KeyPair;
  readonly #serviceKey: KeyPair;
  #store: Store;
  /** Changes the claims of the grants the host backend issues. */
  claims: (input: GrantInput) => GrantInput = input => input;

  private constructor(parts: {
    folder: string;
    storage: Origin;
    service: Origin;
    page: Origin;
    packages: readonly PackResult[];
    keys: Record<'archive' | 'issuer' | 'packager' | 'service', KeyPair>;
    options: DeploymentOptions;
    store: Store;
  }) {
    this.folder = parts.folder;
    this.storage = parts.storage;
    this.service = parts.service;
    this.page = parts.page;
    this.packages = parts.packages;
    this.archive = parts.keys.archive;
    this.#issuer = parts.keys.issuer;
    this.#packager = parts.keys.packager;
    this.#serviceKey = parts.keys.service;
    this.#options = parts.options;
    this.#store = parts.store;
  }

  static async create(options: DeploymentOptions): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), 'secure-call-'));
    const keys = {
      archive: await generateKey('archive'),
      issuer: await generateKey('issuer'),
      packager: await generateKey('packager'),
      service: await generateKey('service'),
    };
    const packages: PackResult[] = [];
    for (const { path, channels } of options.recordings) {
      packages.push(
        await packRecording({
          recording: path,
          to: join(folder, 'storage'),
          tenant: TENANT,
          recipients: [keys.archive.publicJwk],
          signer: keys.packager.privateJwk,
          channels,
        }),
      );
    }
    const nothing: Handler = () => Promise.resolve(new Response(null, { status: 503 }));
    const storage = await Origin.listen(createStorageHandler(join(folder, 'storage')));
    const [service, page] = [await Origin.listen(nothing), await Origin.listen(nothing)];
    const store = await openStore(options.location ?? { path: join(folder, 'record.db') });
    const deployment = new Deployment({ folder, storage, service, page, packages, keys, options, store });
    service.serve(deployment.createService());
    page.serve(createPageHandler(deployment));
    await deployment.#register();
    return deployment;
  }

  /** A key service on this deployment's store; a wrapped store makes it fail on purpose. */
  createService(store: Store = this.#store): Handler {
    return createCallService({
      store,
      archiveKeys: fileArchiveKeys([this.archive.privateJwk]),
      serviceKey: this.#serviceKey.privateJwk,
      publicUrl: this.service.url,
      tenants: [
        {
          id: TENANT,
          storageBase: `${this.storage.url}/`,
          packagers: [pinKey(this.#packager.publicJwk)],
          issuers: [{ iss: ISSUER, keys: [pinKey(this.#issuer.publicJwk)] }],
          roleIssuers: [{ iss: ISSUER, keys: [pinKey(this.#issuer.publicJwk)] }],
        },
      ],
      ...(this.#options.policy ? { policy: this.#options.policy } : {}),
    });
  }

  /** Writes what `secure-call serve` needs to be this deployment's service. @returns path of the configuration */
  async configure(): Promise<string> {
    const keys = {
      'archive.jwk': this.archive.privateJwk,
      'service.jwk': this.#serviceKey.privateJwk,
      'packager.jwk.pub': this.#packager.publicJwk,
      'issuer.jwk.pub': this.#issuer.publicJwk,
    };
    for (const [name, jwk] of Object.entries(keys))
      await writeFile(join(this.folder, name), JSON.stringify(jwk));
    const issuers = [{ iss: ISSUER, keys: ['issuer.jwk.pub'] }];
    const tenant = { id: TENANT, packagers: ['packager.jwk.pub'], issuers, roleIssuers: issuers };
    const config = {
      publicUrl: this.service.url,
      listen: { port: 0 },
      serviceKey: 'service.jwk',
      archiveKeys: ['archive.jwk'],
      tenants: [{ ...tenant, storageBase: `${this.storage.url}/` }],
    };
    const path = join(this.folder, 'service.json');
    await writeFile(path, JSON.stringify(config));
    return path;
  }

  /** What a trace on this deployment's service runs with. */
  get traceOptions(): TraceOptions {
    return {
      store: this.#store,
      archiveKeys: fileArchiveKeys([this.archive.privateJwk]),
      serviceKey: this.#serviceKey.privateJwk,
    };
  }

  get store(): Store {
    return this.#store;
  }

  /** Public half of the packager's key. */
  get packagerKey(): KeyPair['publicJwk'] {
    return this.#packager.publicJwk;
  }

  get issuerKey(): KeyPair {
    return this.#issuer;
  }

  get issuer(): string {
    return ISSUER;
  }

  /** What the host backend does when its page asks for a grant. */
  grant({
    call,
    deviceKeyThumbprint,
    purpose,
  }: {
    call: string;
    deviceKeyThumbprint: string;
    purpose: string;
  }): Promise<string> {
    const input: GrantInput = {
      iss: ISSUER,
      aud: this.service.url,
      sub: 'anna.lind',
      name: 'Anna Lind',
      role: 'nurse',
      cnf: { jkt: deviceKeyThumbprint },
      call: {
        id: call,
        patient: 'patient-1',
        unit: { id: 'unit-1', name: '1177 Region X' },
        purpose,
        relation: 'care-team',
        maxSessionSeconds: 1800,
        maxRate: 2,
        watermark: { client: 'off' },
      },
    };
    return createGrant(this.claims(input), this.#issuer.privateJwk);
  }

  async #register(): Promise<void> {
    for (const { registration } of this.packages) {
      const response = await fetch(`${this.service.url}/registrations`, {
        method: 'POST',
        headers: { 'content-type': 'application/jose' },
        body: registration,
      });
      if (!response.ok) throw new Error(`registration: ${response.status} ${await response.text()}`);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.storage.stop(), this.service.stop(), this.page.stop()]);
    await this.#store.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
