import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '@secure-call/cli';
import {
  createRoleToken,
  generateKey,
  type KeyKind,
  type KeyPair,
  parseNoteVerifier,
} from '@secure-call/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineReader } from './line-reader.ts';

let folder: string;
let auditor: KeyPair;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secure-call-serve-'));
  await mkdir(join(folder, 'storage'));
  for (const kind of ['service', 'archive', 'packager', 'issuer', 'auditor'] as const satisfies KeyKind[]) {
    const pair = await generateKey(kind);
    const { privateJwk, publicJwk } = pair;
    if (kind === 'auditor') auditor = pair;
    await writeFile(join(folder, `${kind}.jwk`), JSON.stringify(privateJwk));
    await writeFile(join(folder, `${kind}.jwk.pub`), JSON.stringify(publicJwk));
  }
});
afterEach(() => rm(folder, { recursive: true }));

async function configure(changes: object = {}): Promise<string> {
  const path = join(folder, 'config.json');
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

interface LogLine {
  readonly event: string;
  readonly addresses?: string[];
}

/** Runs the command until it is stopped. */
function run(path: string) {
  const stop = new AbortController();
  const lines: LogLine[] = [];
  let errors = '';
  let started: (line: LogLine) => void = () => undefined;
  const start = new Promise<LogLine>(resolve => {
    started = resolve;
  });
  const stdout = {
    write(text: string) {
      const line = JSON.parse(text) as LogLine;
      lines.push(line);
      if (line.event === 'started') started(line);
    },
  };
  const stderr = { write: (text: string) => (errors += text) };
  const exit = main(['serve', '--config', path], { stdout, stderr, signal: stop.signal });
  return { start, exit, stop: () => stop.abort(), lines, errors: () => errors };
}

async function auditorHeaders(): Promise<{ authorization: string }> {
  const token = await createRoleToken(
    {
      iss: 'https://privacy.example',
      aud: 'https://keys.example/calls',
      sub: 'officer-1',
      name: 'Olof Ek',
      role: 'auditor',
    },
    auditor.privateJwk,
  );
  return { authorization: `Bearer ${token}` };
}

test('serves keys and storage until it is stopped, and then ends open answers', async () => {
  const service = run(await configure());
  const { addresses = [] } = await service.start;
  const [keys = '', storage = ''] = addresses;
  expect((await fetch(`${keys}/calls/readyz`)).status).toBe(200);
  expect(await (await fetch(`${storage}/`)).json()).toEqual({ entries: [] });
  const headers = await auditorHeaders();
  const log = new LineReader(await fetch(`${keys}/calls/audit/records?follow=1`, { headers }));
  expect(await log.next()).toMatchObject({ type: 'log.read' });
  const next = log.next();
  service.stop();
  expect(await next).toBeUndefined();
  expect(await service.exit).toBe(0);
  expect(service.lines.at(-1)).toMatchObject({ event: 'stopped' });
  await expect(fetch(`${keys}/calls/readyz`)).rejects.toThrow('fetch failed');
});

test.each([
  [{ serviceKey: 'packager.jwk' }, 'serviceKey: This key has no service secret'],
  [{ serviceKey: 'missing.jwk' }, 'serviceKey: The file of the service key cannot be read.'],
  [{ archiveKeys: ['archive.jwk', 'archive.jwk.pub'] }, 'archiveKeys[1]: This is the public half'],
  [{ archiveKeys: ['issuer.jwk'] }, 'archiveKeys[0]: This is not an archive key.'],
  [{ database: 'missing/service.db' }, 'The database file cannot be made: its folder does not exist.'],
  [{ storage: { folder: 'missing', port: 0 } }, 'storage.folder: there is no such folder.'],
  [{ storage: { folder: 'service.jwk', port: 0 } }, 'storage.folder: there is no such folder.'],
  [{ checkpoints: { folder: 'missing' } }, 'checkpoints.folder: there is no such folder.'],
  [{ checkpoints: {} }, 'lacks "checkpoints.folder"'],
  [{ publicUrl: 'nowhere' }, '"publicUrl"'],
  [{ publicUrl: 'http://keys.example/calls' }, 'publicUrl begins with https://'],
  [{ listen: { host: '203.0.113.1', port: 0 } }, 'cannot be listened on'],
])('says in words what is wrong: %j', async (changes, words) => {
  const { exit, errors } = run(await configure(changes));
  expect(await exit).toBe(1);
  expect(errors()).toContain(words);
  expect(errors()).not.toContain(folder);
});

test.each<[string, string]>([
  ['packager.jwk', 'A trusted key is a public JWK'],
  ['missing.jwk', 'no such file.'],
  ['config.json', 'A trusted key is a public JWK'],
  ['storage', 'the file cannot be read.'],
])('a trusted key that is %s is refused by its place', async (file, words) => {
  const trusted = { iss: 'https://ehr.example', keys: ['issuer.jwk.pub', file] };
  const tenant = {
    id: 'x',
    storageBase: 'https://storage.example',
    packagers: ['packager.jwk.pub'],
    issuers: [],
  };
  const places: [object, string][] = [
    [{ ...tenant, packagers: [file] }, 'tenants[0].packagers[0]'],
    [{ ...tenant, issuers: [trusted] }, 'tenants[0].issuers[0].keys[1]'],
    [{ ...tenant, roleIssuers: [trusted] }, 'tenants[0].roleIssuers[0].keys[1]'],
  ];
  for (const [changed, place] of places) {
    const { exit, errors } = run(await configure({ tenants: [changed] }));
    expect(await exit).toBe(1);
    expect(errors()).toContain(`${place}: ${words}`);
  }
});

test('keeps checkpoints outside the database, down to what was recorded just before it stopped', async () => {
  const service = run(await configure({ checkpoints: { folder: 'storage' } }));
  const { addresses = [] } = await service.start;
  const headers = await auditorHeaders();
  await (await fetch(`${addresses[0]}/calls/audit/records`, { headers })).text();
  service.stop();
  expect(await service.exit).toBe(0);
  expect(await readdir(join(folder, 'storage', 'log-region-x'))).toContain('000000000000001.txt');
});

test('the line by which its checkpoints are recognised can be printed', async () => {
  const path = await configure();
  let printed = '';
  const stdout = { write: (text: string) => (printed += text) };
  const terminal = { stdout, stderr: stdout, signal: new AbortController().signal };
  expect(await main(['audit', 'key', '--config', path], terminal)).toBe(0);
  const { name } = await parseNoteVerifier(printed.trimEnd());
  expect(name).toBe('keys.example/calls/region-x');
  expect(await main(['audit', 'key', '--config', path, '--tenant', 'region-y'], terminal)).toBe(2);
});

test('a port that is in use is named, with where to set it', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  for (const [changes, setting] of [
    [{ listen: { port } }, 'listen.port or PORT'],
    [{ storage: { folder: 'storage', port } }, 'storage.port'],
  ] as const) {
    const { exit, errors } = run(await configure(changes));
    expect(await exit).toBe(1);
    expect(errors()).toContain(`Port ${port} is in use; set ${setting}.`);
  }
  taken.close();
});
