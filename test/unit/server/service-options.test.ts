import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey, pinKey } from '@secure-call/protocol';
import {
  type CallServiceOptions,
  createCallService,
  fileArchiveKeys,
  type LogEntry,
  openSqliteStore,
  parseServiceConfig,
} from '@secure-call/server';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateTestKeys, PUBLIC_URL, serviceOptions, type TestKeys } from './service-options.ts';

let folder: string;
let keys: TestKeys;
let options: CallServiceOptions;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secure-call-options-'));
  keys = await generateTestKeys();
  options = serviceOptions(keys, openSqliteStore(':memory:'));
});
afterEach(async () => {
  await options.store.close();
  rmSync(folder, { recursive: true });
});

describe('options that cannot be used', () => {
  const code = (attempt: () => unknown): unknown => {
    try {
      return attempt();
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };

  test('an issuer of two tenants', () => {
    const [first, second] = options.tenants;
    if (!first || !second) throw new Error('Two tenants are needed.');
    for (const list of ['issuers', 'roleIssuers'] as const) {
      const tenants = [first, { ...second, [list]: first[list] }];
      expect(code(() => createCallService({ ...options, tenants }))).toBe('configuration_invalid');
    }
    expect(code(() => createCallService({ ...options, tenants: [first, first] }))).toBe(
      'configuration_invalid',
    );
  });

  test('keys of the wrong kind', () => {
    const { publicJwk, privateJwk } = keys.service;
    expect(code(() => createCallService({ ...options, serviceKey: publicJwk }))).toBe('key_invalid');
    const weak = { ...privateJwk, k: 'AAAA' };
    expect(code(() => createCallService({ ...options, serviceKey: weak }))).toBe('key_invalid');
    expect(code(() => fileArchiveKeys([keys.archive.publicJwk]))).toBe('key_invalid');
    expect(code(() => fileArchiveKeys([keys.packager.privateJwk]))).toBe('key_invalid');
    expect(code(() => pinKey(keys.issuer.privateJwk))).toBe('key_invalid');
  });
});

describe('a database', () => {
  test('keeps what it acknowledges, or is not opened', async () => {
    const path = join(folder, 'service.db');
    await openSqliteStore(path).close();
    const database = new Database(path);
    expect(database.prepare('PRAGMA journal_mode').raw().all()).toEqual([['wal']]);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openSqliteStore(path)).toThrow('newer version');
    expect(() => openSqliteStore(join(folder, 'missing', 'service.db'))).toThrow('its folder does not exist');
  });

  test('is for its owner only, and so is what SQLite keeps beside it', async () => {
    const path = join(folder, 'service.db');
    const before = process.umask(0);
    try {
      const store = openSqliteStore(path);
      await store.transaction(db => db.insertInto('epoch').values({ tenant: 'x', epoch: 1 }).execute());
      for (const end of ['', '-wal', '-shm']) expect(statSync(`${path}${end}`).mode & 0o777).toBe(0o600);
      await store.close();
    } finally {
      process.umask(before);
    }
  });

  test('of the right version is opened again as it is', async () => {
    const path = join(folder, 'service.db');
    const first = openSqliteStore(path);
    await first.transaction(db => db.insertInto('epoch').values({ tenant: 'x', epoch: 7 }).execute());
    await first.close();
    const second = openSqliteStore(path);
    expect(await second.read(db => db.selectFrom('epoch').selectAll().execute())).toEqual([
      { tenant: 'x', epoch: 7 },
    ]);
    await second.close();
  });
});

test('public keys can be fetched, private ones not', async () => {
  const handle = createCallService(options);
  const response = await handle(new Request(`${PUBLIC_URL}/.well-known/jwks.json`));
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  const set = (await response.json()) as { keys: Record<string, unknown>[] };
  expect(set.keys).toEqual([
    keys.archive.publicJwk,
    expect.objectContaining({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' }),
  ]);
  for (const key of set.keys) {
    expect(key).not.toHaveProperty('d');
    expect(key).not.toHaveProperty('k');
  }
});

test('several archive keys: the old ones still open', async () => {
  const fresh = await generateKey('archive');
  const both = fileArchiveKeys([fresh.privateJwk, keys.archive.privateJwk]);
  expect(both.publicKeys).toEqual([fresh.publicJwk, keys.archive.publicJwk]);
});

test('what is logged names endpoint and code, and nobody', async () => {
  const entries: LogEntry[] = [];
  const handle = createCallService({ ...options, log: entry => entries.push(entry) });
  await handle(new Request(`${PUBLIC_URL}/sessions`, { method: 'POST', body: '{"who":"nurse-1"}' }));
  await handle(new Request(`${PUBLIC_URL}/nurse-1`));
  await options.store.close();
  await handle(new Request(`${PUBLIC_URL}/readyz`));
  expect(entries).toMatchObject([
    { event: 'refused', endpoint: 'POST /sessions', status: 400, code: 'request_invalid' },
    { event: 'refused', status: 404, code: 'not_found' },
    { event: 'failed', endpoint: 'GET /readyz', status: 503, code: 'audit_unavailable' },
  ]);
  expect(JSON.stringify(entries)).not.toContain('nurse-1');
});

test('the path of the public URL may or may not arrive', async () => {
  const handle = createCallService(options);
  expect((await handle(new Request('https://keys.example/calls/healthz'))).status).toBe(200);
  expect((await handle(new Request('http://10.0.0.1/healthz'))).status).toBe(200);
  expect((await handle(new Request('http://10.0.0.1/other/healthz'))).status).toBe(404);
});

describe('a configuration file', () => {
  const config = {
    publicUrl: 'https://keys.example',
    database: 'service.db',
    serviceKey: 'service.jwk',
    archiveKeys: ['archive.jwk'],
    tenants: [{ id: 'x', storageBase: 'https://storage.example', packagers: [], issuers: [] }],
  };
  const parse = (changes: object) => parseServiceConfig(JSON.stringify({ ...config, ...changes }));

  test('is read', () => {
    expect(parse({ policy: { windowSeconds: 10 } })).toEqual({ ...config, policy: { windowSeconds: 10 } });
  });

  test.each([
    [{ publicUrl: 'keys.example' }, 'publicUrl'],
    [{ publicUrl: 'https://keys.example?x=1' }, 'publicUrl'],
    [{ database: '' }, 'database'],
    [{ archiveKeys: [] }, 'archiveKeys'],
    [{ tenants: [] }, 'tenants'],
    [{ tenants: [{ ...config.tenants[0], storageBase: 5 }] }, 'tenants.0.storageBase'],
    [{ listen: { port: 70000 } }, 'listen.port'],
    [{ policy: { maxRate: -1 } }, 'policy.maxRate'],
    [{ review: { sampleShare: 2 } }, 'review.sampleShare'],
    [{ review: { nightFromHour: 24 } }, 'review.nightFromHour'],
  ])('is refused by the name of what is wrong: %j', (changes, name) => {
    expect(() => parse(changes)).toThrow(`The configuration is not valid at "${name}".`);
  });

  test.each([
    [{ polcy: {} }, 'has "polcy", which is not known'],
    [{ publicUrl: undefined }, 'lacks "publicUrl"'],
    [
      { publicUrl: undefined, publicURL: 'https://keys.example' },
      'lacks "publicUrl" and has "publicURL", which is not known',
    ],
    [
      { policy: { window: 5 }, tenants: [{ id: 'x', packagers: [], issuers: [] }] },
      'lacks "tenants.0.storageBase" and has "policy.window", which is not known',
    ],
  ])('is refused by what is missing or unknown: %j', (changes, words) => {
    expect(() => parse(changes)).toThrow(`The configuration ${words}.`);
  });

  test.each(['http://127.0.0.1:8787', 'http://localhost/calls', 'http://keys.localhost', 'http://[::1]:1'])(
    'may name this machine without TLS: %s',
    publicUrl => {
      expect(parse({ publicUrl })).toMatchObject({ publicUrl });
    },
  );

  test.each(['http://keys.example', 'http://127.0.0.1.example', 'http://10.0.0.1:8787'])(
    'may not name another machine without TLS: %s',
    publicUrl => {
      expect(() => parse({ publicUrl })).toThrow('publicUrl begins with https://');
    },
  );

  test('that is no JSON', () => {
    expect(() => parseServiceConfig('{')).toThrow('The configuration is not JSON.');
  });
});
