import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  createMetricsHandler,
  createStorageHandler,
  nodeListener,
  ServiceMetrics,
} from '@secure-call/server';
import type { OfficerRole } from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { examine } from '../../../packages/cli/src/doctor.ts';
import type { RevocationTrial } from '../../../packages/cli/src/doctor-revocation.ts';
import type { Outcome } from '../../../packages/cli/src/doctor-probe.ts';
import { nurseCall } from '../../support/recordings.ts';
import type { Fetch } from '../server/browser.ts';
import { ISSUER, PUBLIC_URL } from '../server/service-options.ts';
import type { SyntheticCall } from '../server/synthetic-call.ts';
import { TestService } from '../server/test-service.ts';
import { run } from './captured-terminal.ts';

const OBJECT = 'https://storage.example/calls/q3ZkX0mFQJmYkq1V8u2bRw/AAECAwQFBgcICQoLDA0ODw/audio.bin';
/** Stands between the doctor and a real handler, as a proxy or a bucket's settings do. */
type Change = (request: Request, handle: Fetch) => Promise<Response>;

let service: TestService;
let storage: Fetch;
beforeEach(async () => {
  service = await TestService.start();
  await store(randomBytes(4096));
});
afterEach(() => service.stop());

async function store(bytes: Uint8Array): Promise<void> {
  const folder = join(service.folder, 'storage');
  const path = join(folder, new URL(OBJECT).pathname);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
  storage = createStorageHandler(folder);
}

/** The example's storage lists its folders on purpose; one for patients does not. */
const unlisted: Change = async (request, handle) =>
  new URL(request.url).pathname.endsWith('/') ? new Response(null, { status: 403 }) : handle(request);

/** As `node:http` adds it. */
async function dated(response: Response): Promise<Response> {
  if (!response.headers.has('date'))
    response.headers.set('date', new Date(service.clock.now()).toUTCString());
  return response;
}

interface Changes {
  readonly trial?: RevocationTrial;
  readonly ofService?: Change;
  readonly ofStorage?: Change;
  readonly byHttp?: Fetch;
  readonly url?: string;
}

const asIs: Change = (request, handle) => handle(request);
const nothing: Fetch = () => Promise.reject(new TypeError('fetch failed'));

/** What the doctor says of a deployment. @returns check -> outcome and words */
async function checkUp({
  ofService = asIs,
  ofStorage = asIs,
  byHttp = nothing,
  url = PUBLIC_URL,
  trial,
}: Changes) {
  const fetch: Fetch = async request => {
    const { protocol, hostname } = new URL(request.url);
    if (hostname === 'storage.example') return ofStorage(request, toStorage => unlisted(toStorage, storage));
    return protocol === 'http:' ? byHttp(request) : dated(await ofService(request, service.fetch));
  };
  const deployment = { service: new URL(url), object: new URL(OBJECT), trial };
  const findings = await examine(deployment, fetch, new AbortController().signal, () => service.clock.now());
  return new Map(findings.map(({ check, ...verdict }) => [check, verdict]));
}

const outcomesOf = (found: Awaited<ReturnType<typeof checkUp>>): [string, Outcome][] =>
  [...found].map(([check, { outcome }]) => [check, outcome]);

const firstFault = (found: Awaited<ReturnType<typeof checkUp>>): string | undefined =>
  outcomesOf(found).find(([, outcome]) => outcome === 'failed')?.[0];

test('finds nothing at the real service and a storage that does not list', async () => {
  const found = outcomesOf(await checkUp({}));
  expect(found.filter(([, outcome]) => outcome !== 'ok')).toEqual([
    ['readiness', 'warning'],
    ['time to revoke', 'skipped'],
  ]);
  expect(found).toHaveLength(16);
});

/** Changes headers of every answer; undefined takes one away. */
const headers =
  (changes: Readonly<Record<string, string | undefined>>): Change =>
  async (request, handle) => {
    const response = await handle(request);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) response.headers.delete(name);
      else response.headers.set(name, value);
    }
    return response;
  };

/** Answers requests at some path, or of some method, in place of the handler. */
const instead =
  (where: string, answer: (request: Request) => Response | Promise<Response>): Change =>
  async (request, handle) =>
    request.url.endsWith(where) || request.method === where ? answer(request) : handle(request);

/** Says something else where the public keys stand. */
const keysBeing =
  (text: () => string): Change =>
  async (request, handle) => {
    const { headers } = await handle(request.clone());
    return instead('/jwks.json', () => new Response(text(), { headers }))(request, handle);
  };

const privateKeys = (): string => JSON.stringify({ keys: [service.keys.archive.privateJwk] });
const metrics = createMetricsHandler(new ServiceMetrics());

describe('of a service it finds', () => {
  test.for<[string, string, Changes]>([
    [
      'no TLS',
      'tls',
      { url: PUBLIC_URL.replace('https', 'http'), byHttp: request => service.fetch(request) },
    ],
    ['another address', 'tls', { url: `${PUBLIC_URL}/elsewhere` }],
    ['http beside https', 'plain http', { byHttp: request => service.fetch(request) }],
    ['no HSTS', 'hsts', { ofService: headers({ 'strict-transport-security': undefined }) }],
    ['a short HSTS', 'hsts', { ofService: headers({ 'strict-transport-security': 'max-age=60' }) }],
    ['a cache', 'headers', { ofService: headers({ 'cache-control': 'public' }) }],
    ['no preflight', 'cors', { ofService: instead('OPTIONS', () => new Response(null, { status: 405 })) }],
    ['no CORS', 'cors', { ofService: headers({ 'access-control-allow-origin': undefined }) }],
    ['credentials', 'cors', { ofService: headers({ 'access-control-allow-credentials': 'true' }) }],
    ['a hidden nonce', 'cors', { ofService: headers({ 'access-control-expose-headers': undefined }) }],
    [
      'a fast clock',
      'clock',
      { ofService: headers({ date: new Date(Date.now() + 3600_000).toUTCString() }) },
    ],
    ['no keys', 'public keys', { ofService: keysBeing(() => '<html>') }],
    ['private keys', 'public keys', { ofService: keysBeing(privateKeys) }],
    ['an open record', 'access record', { ofService: instead('/audit/records', () => new Response('{}')) }],
    ['no store', 'readiness', { ofService: instead('/readyz', () => new Response('', { status: 503 })) }],
    [
      'public metrics',
      'metrics',
      { ofService: instead('/metrics', () => metrics(new Request('http://127.0.0.1/metrics'))) },
    ],
  ])('%s', async ([, check, changes]) => {
    expect(firstFault(await checkUp(changes))).toBe(check);
  });

  test('a certificate that is not trusted, by its code', async () => {
    const cause = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
    const found = await checkUp({
      ofService: () => Promise.reject(new TypeError('fetch failed', { cause })),
    });
    expect(found.get('tls')).toMatchObject({ outcome: 'failed' });
    expect(found.get('tls')?.words).toContain('CERT_HAS_EXPIRED');
  });

  test('http that leads to https, which is well', async () => {
    const byHttp: Fetch = ({ url }) =>
      Promise.resolve(Response.redirect(url.replace('http:', 'https:'), 308));
    expect((await checkUp({ byHttp })).get('plain http')).toMatchObject({ outcome: 'ok' });
  });
});

const s3Listing: Change = async (request, handle) =>
  request.url.includes('list-type=2')
    ? new Response('<?xml?><ListBucketResult></ListBucketResult>')
    : handle(request);
const wholeOnly: Change = (request, handle) => {
  request.headers.delete('range');
  return handle(request);
};

describe('of a storage it finds', () => {
  test.for<[string, string, Change]>([
    ['folders that list', 'storage listing', request => storage(request)],
    ['a bucket that lists', 'storage listing', s3Listing],
    ['no ranges', 'storage range', wholeOnly],
    ['a login', 'storage range', instead('.bin', () => new Response(null, { status: 403 }))],
    ['a redirect', 'storage range', instead('.bin', () => Response.redirect('https://elsewhere.example/'))],
    ['no CORS', 'storage cors', headers({ 'access-control-allow-origin': undefined })],
    ['no preflight', 'storage cors', instead('OPTIONS', () => new Response(null, { status: 403 }))],
  ])('%s', async ([, check, ofStorage]) => {
    expect(firstFault(await checkUp({ ofStorage }))).toBe(check);
  });

  test.for([
    ['a recording', () => readFile(nurseCall.path)],
    ['a transcript', async () => Buffer.from('WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n')],
    ['details', async () => Buffer.from('{ "caller": "Anna Lind" }')],
  ] as const)('%s that is not encrypted', async ([, read]) => {
    await store(await read());
    expect(firstFault(await checkUp({}))).toBe('storage sealed');
  });

  test('Content-Range that only other players miss', async () => {
    const ofStorage = headers({ 'access-control-expose-headers': undefined });
    expect((await checkUp({ ofStorage })).get('storage cors')).toMatchObject({ outcome: 'warning' });
  });
});

describe('with a call to open and someone who may end it', () => {
  let call: SyntheticCall;
  beforeEach(async () => {
    call = await service.registerCall();
  });
  const trial = async (role: OfficerRole = 'privacy') => ({
    call: call.call,
    iss: ISSUER,
    issuerKey: service.keys.issuer.privateJwk,
    revokerToken: await service.roleToken(role),
  });
  const types = async (): Promise<string[]> => (await service.records()).map(({ type }) => type);

  test('it tells how long a player hears a revoked call, and all of it is on record', async () => {
    const found = await checkUp({ trial: await trial() });
    expect(found.get('time to revoke')).toMatchObject({
      outcome: 'ok',
      words: expect.stringMatching(/^A player knows after \d+ ms\.$/),
    });
    expect(await types()).toEqual(expect.arrayContaining(['grant.redeemed', 'session.revoked']));
  });

  test.for<[string, OfficerRole, Change, RegExp]>([
    ['a token that may not end sessions', 'auditor', asIs, /refused with 403/],
    ['a stream that ends at once', 'privacy', instead('/stream', () => new Response('')), /Nothing came/],
    ['a stream that is not let through', 'privacy', instead('/stream', () => json(502)), /refused with 502/],
    ['a service that opens nothing', 'privacy', instead('/sessions', () => json(401)), /not opened \(401\)/],
  ])('it finds %s', async ([, role, ofService, words]) => {
    const found = await checkUp({ ofService, trial: await trial(role) });
    expect(found.get('time to revoke')).toMatchObject({
      outcome: 'failed',
      words: expect.stringMatching(words),
    });
  });

  test('on the command line the officer’s token stands in the environment', async () => {
    const lacking = await run(['doctor', PUBLIC_URL, '--test-call', call.call]);
    expect(lacking.exitCode).toBe(2);
    expect(lacking.stderr).toContain('--iss URL');
  });
});

const json = (status: number): Response => Response.json({}, { status });

/** A server on this machine. @returns its origin */
async function listen(handle: Fetch): Promise<string> {
  const server = createServer(nodeListener(handle, 'https://keys.example')).listen(0, '127.0.0.1');
  onTestFinished(() => server.closeAllConnections());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('on the command line', () => {
  test('a table says what is well and what to do, and the exit code whether one fails', async () => {
    const keys = `${await listen(service.fetch)}/calls`;
    const good = await run(['doctor', keys]);
    expect(good).toMatchObject({ exitCode: 0, stderr: '' });
    expect(good.stdout).toMatch(/^ok {7}public keys {2,}They can be read/m);
    expect(good.stdout).toMatch(/^skipped {2}tls {2,}/m);
    const open = await listen(storage);
    const bad = await run(['doctor', keys, '--object', `${open}${new URL(OBJECT).pathname}`]);
    expect(bad.exitCode).toBe(1);
    expect(bad.stdout).toMatch(/^FAILED {3}storage listing {2,}Anyone can list/m);
  });

  test('--json gives the same to a program', async () => {
    const { exitCode, stdout } = await run(['doctor', `${await listen(service.fetch)}/calls`, '--json']);
    const { checks } = JSON.parse(stdout) as { checks: unknown[] };
    expect(exitCode).toBe(0);
    expect(checks).toContainEqual({
      check: 'access record',
      outcome: 'ok',
      words: 'Nobody reads it without a token.',
    });
  });

  test.for([[['doctor']], [['doctor', 'https://a.example', 'more']]])('a usage error: %j', async ([args]) => {
    expect((await run(args ?? [])).exitCode).toBe(2);
  });

  test('an address that is none is refused in words', async () => {
    const refused = await run(['doctor', 'https://user:secret@keys.example']);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).not.toContain('secret');
  });
});
