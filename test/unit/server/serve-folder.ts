import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRoleToken, generateKey, type KeyKind, type KeyPair } from '@secure-call/protocol';

const kinds = ['service', 'archive', 'packager', 'issuer', 'auditor'] as const satisfies KeyKind[];

/** A folder with all that `secure-call serve` needs: key files, an empty storage, and the configuration. */
export class ServeFolder {
  readonly path: string;
  readonly #auditor: KeyPair;

  private constructor(path: string, auditor: KeyPair) {
    this.path = path;
    this.#auditor = auditor;
  }

  static async create(): Promise<ServeFolder> {
    const path = await mkdtemp(join(tmpdir(), 'secure-call-serve-'));
    await mkdir(join(path, 'storage'));
    const keys = await Promise.all(kinds.map(kind => generateKey(kind)));
    for (const { kind, privateJwk, publicJwk } of keys) {
      await writeFile(join(path, `${kind}.jwk`), JSON.stringify(privateJwk));
      await writeFile(join(path, `${kind}.jwk.pub`), JSON.stringify(publicJwk));
    }
    const auditor = keys.find(({ kind }) => kind === 'auditor');
    if (!auditor) throw new Error('No auditor key was made.');
    return new ServeFolder(path, auditor);
  }

  /** Writes the configuration. @returns its path */
  async configure(changes: object = {}): Promise<string> {
    const path = join(this.path, 'config.json');
    const config = {
      publicUrl: 'https://keys.example/calls',
      listen: { port: 0 },
      database: 'service.db',
      serviceKey: 'service.jwk',
      archiveKeys: ['archive.jwk'],
      tenants: [
        {
          id: 'region-x',
          storageBase: 'https://storage.example',
          packagers: ['packager.jwk.pub'],
          issuers: [{ iss: 'https://ehr.example', keys: ['issuer.jwk.pub'] }],
          roleIssuers: [{ iss: 'https://privacy.example', keys: ['auditor.jwk.pub'] }],
        },
      ],
      storage: { folder: 'storage', port: 0 },
      ...changes,
    };
    await writeFile(path, JSON.stringify(config));
    return path;
  }

  /** Follows the record of the service at this address, as an auditor does. */
  followRecord(url: string): Promise<Response> {
    return this.readRecord(url, '?follow=1');
  }

  /** Reads the record of the service at this address, as an auditor does. */
  async readRecord(url: string, query = ''): Promise<Response> {
    const token = await createRoleToken(
      {
        iss: 'https://privacy.example',
        aud: 'https://keys.example/calls',
        sub: 'officer-1',
        name: 'Olof Ek',
        role: 'auditor',
      },
      this.#auditor.privateJwk,
    );
    return fetch(`${url}/calls/audit/records${query}`, { headers: { authorization: `Bearer ${token}` } });
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true });
  }
}
