import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { main } from '@secure-call/cli';
import { generateKey, parseNoteVerifier } from '@secure-call/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AuditServer } from '../../support/audit-server.ts';
import { until } from '../../support/until.ts';
import { LineReader } from './line-reader.ts';
import { readPrometheusText } from './prometheus-text.ts';
import { ServeFolder } from './serve-folder.ts';

let folder: ServeFolder;
beforeEach(async () => {
  folder = await ServeFolder.create();
});
afterEach(() => folder.remove());

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
  const service = run(await folder.configure());
  const { addresses = [] } = await service.start;
  const [keys = '', storage = ''] = addresses;
  expect((await fetch(`${keys}/calls/readyz`)).status).toBe(200);
  expect(await (await fetch(`${storage}/`)).json()).toEqual({ entries: [] });
  const log = new LineReader(await folder.followRecord(keys));
  expect(await log.next()).toMatchObject({ type: 'log.read' });
  const next = log.next();
  service.stop();
  expect(await next).toBeUndefined();
  expect(await service.exit).toBe(0);
  expect(service.lines.at(-1)).toMatchObject({ event: 'stopped' });
  await expect(fetch(`${keys}/calls/readyz`)).rejects.toThrow('fetch failed');
});

test('serves metrics at an address of their own, where it is told to', async () => {
  const service = run(await folder.configure({ metrics: { port: 0 } }));
  const { addresses = [] } = await service.start;
  const [keys = '', , metrics = ''] = addresses;
  await fetch(`${keys}/nowhere`);
  expect((await fetch(`${keys}/calls/metrics`)).status).toBe(404);
  const { samples } = readPrometheusText(await (await fetch(`${metrics}/metrics`)).text());
  expect(samples.get('secure_call_refusals_total{code="not_found"}')).toBe(2);
  service.stop();
  expect(await service.exit).toBe(0);
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
  const { exit, errors } = run(await folder.configure(changes));
  expect(await exit).toBe(1);
  expect(errors()).toContain(words);
  expect(errors()).not.toContain(folder.path);
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
    const { exit, errors } = run(await folder.configure({ tenants: [changed] }));
    expect(await exit).toBe(1);
    expect(errors()).toContain(`${place}: ${words}`);
  }
});

test('keeps checkpoints outside the database, down to what was recorded just before it stopped', async () => {
  const service = run(await folder.configure({ checkpoints: { folder: 'storage' } }));
  const { addresses = [] } = await service.start;
  await (await folder.readRecord(addresses[0] ?? '')).text();
  service.stop();
  expect(await service.exit).toBe(0);
  expect(await readdir(join(folder.path, 'storage', 'log-region-x'))).toContain('000000000000001.txt');
});

test('does not start beside a note of an erasure that it did not sign', async () => {
  const path = await folder.configure({ checkpoints: { folder: 'storage' } });
  await mkdir(join(folder.path, 'storage', 'erased-region-x'));
  await writeFile(join(folder.path, 'storage', 'erased-region-x', `${'A'.repeat(22)}.txt`), 'rubbish');
  const { exit, errors, lines } = run(path);
  expect(await exit).toBe(1);
  expect(errors()).toContain('not a signed note');
  expect(lines.some(({ event }) => event === 'started')).toBe(false);
});

test('the line by which its checkpoints are recognised can be printed', async () => {
  const path = await folder.configure();
  let printed = '';
  const stdout = { write: (text: string) => (printed += text) };
  const terminal = { stdout, stderr: stdout, signal: new AbortController().signal };
  expect(await main(['audit', 'key', '--config', path], terminal)).toBe(0);
  const { name } = await parseNoteVerifier(printed.trimEnd());
  expect(name).toBe('keys.example/calls/region-x');
  expect(await main(['audit', 'key', '--config', path, '--tenant', 'region-y'], terminal)).toBe(2);
});

test('reads the keys of issuers anew at SIGHUP, and keeps those that it has when one cannot be read', async () => {
  const path = await folder.configure();
  const service = run(path);
  const { addresses = [] } = await service.start;
  const told = (event: string): Promise<void> =>
    until(
      () => service.lines.some(line => line.event === event),
      10_000,
      () => event,
    );
  const genuine = join(folder.path, 'auditor.jwk.pub');
  const own = await readFile(genuine, 'utf8');
  const read = async (): Promise<number> => (await folder.readRecord(addresses[0] ?? '')).status;
  expect(await read()).toBe(200);
  await writeFile(genuine, 'rubbish');
  process.emit('SIGHUP');
  await told('keys.failed');
  expect(await read()).toBe(200);
  const { publicJwk } = await generateKey('auditor');
  await writeFile(genuine, JSON.stringify({ keys: [publicJwk] }));
  service.lines.length = 0;
  process.emit('SIGHUP');
  await told('keys.read');
  expect(await read()).toBe(401);
  await writeFile(genuine, own);
  service.lines.length = 0;
  process.emit('SIGHUP');
  await told('keys.read');
  expect(await read()).toBe(200);
  service.stop();
  expect(await service.exit).toBe(0);
  expect(JSON.stringify(service.lines)).not.toContain(folder.path);
});

const tenantWith = (auditRepository: object) => ({
  tenants: [
    {
      id: 'region-x',
      storageBase: 'https://storage.example',
      packagers: ['packager.jwk.pub'],
      issuers: [{ iss: 'https://ehr.example', keys: ['issuer.jwk.pub'] }],
      roleIssuers: [{ iss: 'https://privacy.example', keys: ['auditor.jwk.pub'] }],
      auditRepository,
    },
  ],
});

test('tells an audit repository what stands in the record, with the token of its file', async () => {
  const repository = await AuditServer.start();
  await writeFile(join(folder.path, 'audit-token'), 'a-secret-token\n');
  const { url } = repository;
  const service = run(
    await folder.configure({ ...tenantWith({ url, tokenFile: 'audit-token' }), metrics: { port: 0 } }),
  );
  const { addresses: [keys = '', , metrics = ''] = [] } = await service.start;
  await (await folder.readRecord(keys, '')).text();
  await until(
    () => repository.taken.length > 0,
    20_000,
    () => 'an event',
  );
  expect(repository.posted[0]?.headers).toMatchObject({ authorization: 'Bearer a-secret-token' });
  const samples = async () => readPrometheusText(await (await fetch(`${metrics}/metrics`)).text()).samples;
  await until(
    async () => (await samples()).get('secure_call_audit_events_delivered_total') === 1,
    20_000,
    () => 'the count of it',
  );
  service.stop();
  expect(await service.exit).toBe(0);
  expect(JSON.stringify(service.lines)).not.toContain('a-secret-token');
  await repository.stop();
});

test('takes the token for an audit repository from the environment, for a header of its own', async () => {
  const repository = await AuditServer.start();
  const { url } = repository;
  vi.stubEnv('AUDIT_TOKEN', 'another-secret');
  const to = { url, tokenVariable: 'AUDIT_TOKEN', header: 'x-api-key' };
  const service = run(await folder.configure(tenantWith(to)));
  const { addresses: [keys = ''] = [] } = await service.start;
  await (await folder.readRecord(keys, '')).text();
  await until(
    () => repository.taken.length > 0,
    20_000,
    () => 'an event',
  );
  expect(repository.posted[0]?.headers).toMatchObject({ 'x-api-key': 'another-secret' });
  expect(repository.posted[0]?.headers).not.toHaveProperty('authorization');
  service.stop();
  expect(await service.exit).toBe(0);
  await repository.stop();
  vi.unstubAllEnvs();
});

test('does not start with an audit repository whose token is missing, or that is reached without TLS', async () => {
  for (const [repository, words] of [
    [{ url: 'https://audit.example/fhir', tokenVariable: 'NO_SUCH_TOKEN' }, 'tokenVariable'],
    [{ url: 'http://audit.example/fhir' }, 'begins with https://'],
    [{ url: 'https://audit.example/fhir', token: 'in the file itself' }, 'auditRepository'],
  ] as const) {
    const { exit, errors } = run(await folder.configure(tenantWith(repository)));
    expect(await exit).toBe(1);
    expect(errors()).toContain(words);
  }
});

test('a port that is in use is named, with where to set it', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  for (const [changes, setting] of [
    [{ listen: { port } }, 'listen.port or PORT'],
    [{ storage: { folder: 'storage', port } }, 'storage.port'],
    [{ metrics: { port } }, 'metrics.port'],
  ] as const) {
    const { exit, errors } = run(await folder.configure(changes));
    expect(await exit).toBe(1);
    expect(errors()).toContain(`Port ${port} is in use; set ${setting}.`);
  }
  taken.close();
});
