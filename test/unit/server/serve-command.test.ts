import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '@secure-call/cli';
import { createRoleToken, generateKey, type KeyKind, type KeyPair } from '@secure-call/protocol';
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

test('serves keys and storage until it is stopped, and then ends open answers', async () => {
  const service = run(await configure());
  const { addresses = [] } = await service.start;
  const [keys = '', storage = ''] = addresses;
  expect((await fetch(`${keys}/calls/readyz`)).status).toBe(200);
  expect(await (await fetch(`${storage}/`)).json()).toEqual({ entries: [] });
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
  const headers = { authorization: `Bearer ${token}` };
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
  [{ serviceKey: 'packager.jwk' }, 'no service secret'],
  [{ serviceKey: 'missing.jwk' }, 'cannot be read'],
  [{ archiveKeys: ['archive.jwk.pub'] }, 'private half'],
  [{ archiveKeys: ['issuer.jwk'] }, 'not an archive key'],
  [{ database: 'missing/service.db' }, 'database file cannot be opened'],
  [{ publicUrl: 'nowhere' }, '"publicUrl"'],
  [{ listen: { host: '203.0.113.1', port: 0 } }, 'cannot be listened on'],
])('says in words what is wrong: %j', async (changes, words) => {
  const { exit, errors } = run(await configure(changes));
  expect(await exit).toBe(1);
  expect(errors()).toContain(words);
  expect(errors()).not.toContain(folder);
});

test('a private key in place of a trusted public one is refused', async () => {
  const tenant = {
    id: 'x',
    storageBase: 'https://storage.example',
    packagers: ['packager.jwk'],
    issuers: [],
  };
  const { exit, errors } = run(await configure({ tenants: [tenant] }));
  expect(await exit).toBe(1);
  expect(errors()).toContain('A trusted key is a public JWK');
});
