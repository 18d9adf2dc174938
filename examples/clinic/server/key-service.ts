import { join } from 'node:path';
import { decodeBytes } from '@secure-call/cli';
import { createCallService, fileArchiveKeys, openSqliteStore, type Store } from '@secure-call/server';
import { type ClinicKeys, pinned } from './clinic-keys.ts';
import { grantIssuer, roleIssuer, tenantId } from './demo-people.ts';
import { openOrigin, type Origin, type OriginPlace } from './origin.ts';

export interface KeyServiceOptions {
  readonly dataFolder: string;
  readonly storageUrl: string;
  readonly keys: ClinicKeys;
}

/** The key service of the example: a real one, on a database of its own. */
export class KeyService {
  readonly #options: KeyServiceOptions;
  #place: OriginPlace;
  #url = '';
  #running:
    { readonly origin: Origin; readonly store: Store; readonly stopping: AbortController } | undefined;

  private constructor(options: KeyServiceOptions, place: OriginPlace) {
    this.#options = options;
    this.#place = place;
  }

  static async open(options: KeyServiceOptions, place: OriginPlace): Promise<KeyService> {
    const service = new KeyService(options, place);
    await service.start();
    return service;
  }

  /** Without a slash at the end; the same after every start. */
  get url(): string {
    return this.#url;
  }

  /** Starts it, after the first time at the same address and on the same database. */
  async start(): Promise<void> {
    if (this.#running) return;
    const store = openSqliteStore(join(this.#options.dataFolder, 'key-service.sqlite'));
    const stopping = new AbortController();
    try {
      const origin = await openOrigin(this.#place, publicUrl =>
        createCallService({ ...this.#serviceOptions(store, publicUrl), signal: stopping.signal }),
      );
      this.#url = origin.url;
      this.#place = { ...this.#place, port: origin.port, exactPort: true };
      this.#running = { origin, store, stopping };
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.stopping.abort();
    await running?.origin.close();
    await running?.store.close();
  }

  #serviceOptions(store: Store, publicUrl: string): Parameters<typeof createCallService>[0] {
    const { keys, storageUrl } = this.#options;
    return {
      store,
      archiveKeys: fileArchiveKeys([keys.archive]),
      serviceKey: keys.service,
      publicUrl,
      decodeRecording: decodeBytes,
      review: { timeZone: 'Europe/Stockholm', sampleShare: 0.1 },
      tenants: [
        {
          id: tenantId,
          storageBase: `${storageUrl}/`,
          packagers: [pinned(keys.packager, 'packager')],
          issuers: [{ iss: grantIssuer, keys: [pinned(keys.issuer, 'issuer')] }],
          roleIssuers: [{ iss: roleIssuer, keys: [pinned(keys.auditor, 'auditor')] }],
        },
      ],
    };
  }
}
