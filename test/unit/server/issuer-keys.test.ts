import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createGrant,
  generateKey,
  type KeyPair,
  pinKey,
  pinKeySet,
  type PinnedKey,
} from '@secure-call/protocol';
import { fetchKeySet, IssuerKeys, type TenantOptions } from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problemOf } from './refusal.ts';
import { ISSUER, ROLE_ISSUER, TENANT, tenantOptions, type TestKeys } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

/** An issuer's own server, where its keys are published. */
let server: Server;
let published: { status: number; body: string; location?: string };
let asked: number;
let url: string;
/** Milliseconds; what the keys go by. */
let now: number;
let failures: string[];
let first: KeyPair;
let second: KeyPair;
let service: TestService;
let call: SyntheticCall;

const publish = (...keys: readonly object[]): void => {
  published = { status: 200, body: JSON.stringify({ keys }) };
};

beforeEach(async () => {
  asked = 0;
  now = 1_000_000;
  failures = [];
  server = createServer((_, response) => {
    asked += 1;
    const { status, body, location } = published;
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  [first, second] = await Promise.all([generateKey('issuer'), generateKey('issuer')]);
  publish(first.publicJwk);
  const keys = new IssuerKeys({
    read: () => fetchKeySet(url),
    onFailure: code => void failures.push(code),
    now: () => now,
  });
  service = await serviceTrusting(keys);
  call = await service.registerCall();
});
afterEach(async () => {
  await service.stop();
  server.closeAllConnections();
  server.close();
});

function serviceTrusting(keys: IssuerKeys): Promise<TestService> {
  return TestService.start({ tenantsOf: own => changed(own, { issuers: [{ iss: ISSUER, keys }] }) });
}

/** The usual tenants, the first of them with a change. */
function changed(keys: TestKeys, change: Partial<TenantOptions>): TenantOptions[] {
  return tenantOptions(keys).map(tenant => (tenant.id === TENANT ? Object.assign(tenant, change) : tenant));
}

async function open(signer: KeyPair): Promise<unknown> {
  const browser = await service.browser();
  const input = grantInput(call, browser);
  return browser.openSession(await createGrant(input, signer.privateJwk, service.clock.now() / 1000));
}

const refused = async (signer: KeyPair): Promise<string> => (await problemOf(open(signer))).code;

describe('an issuer’s keys at an address', () => {
  test('are fetched with the first grant, and kept', async () => {
    expect(asked).toBe(0);
    for (let times = 0; times < 3; times += 1) expect(await open(first)).toHaveProperty('lease');
    expect(asked).toBe(1);
  });

  test('are fetched anew when a grant names one that is not among them', async () => {
    await open(first);
    publish(first.publicJwk, second.publicJwk);
    now += 10_000;
    expect(await open(second)).toHaveProperty('lease');
    expect(await open(first)).toHaveProperty('lease');
    publish(second.publicJwk);
    now += 600_000;
    expect(await refused(first)).toBe('grant_invalid');
    expect(asked).toBe(3);
  });

  test('are asked for at most every ten seconds, whoever invents key ids', async () => {
    await open(first);
    const strangers = await Promise.all(Array.from({ length: 20 }, () => generateKey('issuer')));
    const attempt = async (): Promise<void> => {
      for (const stranger of strangers) expect(await refused(stranger)).toBe('grant_invalid');
    };
    await attempt();
    expect(asked).toBe(1);
    now += 10_000;
    await attempt();
    await Promise.all(strangers.map(refused));
    expect(asked).toBe(2);
  });

  test.each([
    ['an error', { status: 500, body: '' }],
    ['a login page', { status: 200, body: '<html>' }],
    ['no keys', { status: 200, body: '{"keys":[]}' }],
    ['a redirect', { status: 302, body: '', location: 'https://evil.example/jwks.json' }],
    ['more than it should', { status: 200, body: `{"keys":[],"x":"${'x'.repeat(1 << 17)}"}` }],
  ])('stay as they were when there is %s instead', async (_, instead) => {
    await open(first);
    published = instead;
    now += 10_000;
    expect(await refused(second)).toBe('grant_invalid');
    expect(await open(first)).toHaveProperty('lease');
    expect(failures).toEqual(['key_invalid']);
  });

  test('are nobody’s before they were read', async () => {
    published = { status: 503, body: '' };
    expect(await refused(first)).toBe('grant_invalid');
    publish(first.publicJwk);
    expect(await refused(first)).toBe('grant_invalid');
    now += 10_000;
    expect(await open(first)).toHaveProperty('lease');
  });

  test('are never fetched from where a token says', async () => {
    await open(first);
    now += 10_000;
    let elsewhere = 0;
    const thief = createServer((_, response) => {
      elsewhere += 1;
      response.end(JSON.stringify({ keys: [second.publicJwk] }));
    }).listen(0, '127.0.0.1');
    await once(thief, 'listening');
    const jku = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/jwks.json`;
    const browser = await service.browser();
    const grant = await createGrant(grantInput(call, browser), second.privateJwk, service.clock.now() / 1000);
    const [, payload, signature] = grant.split('.');
    const header = { alg: 'ES256', kid: second.publicJwk.kid, typ: 'secure-call-grant+jwt', jku };
    const forged = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
    expect((await problemOf(browser.openSession(forged))).code).toBe('grant_invalid');
    thief.close();
    expect(elsewhere).toBe(0);
  });

  test('at an address without TLS are not fetched, but on the same machine', async () => {
    await expect(fetchKeySet('http://ehr.example/jwks.json')).rejects.toMatchObject({ code: 'key_invalid' });
  });
});

test('keys of role issuers are replaced likewise', async () => {
  const keys = new IssuerKeys({
    keys: [pinKey(first.publicJwk)],
    read: () => fetchKeySet(url),
    now: () => now,
  });
  const running = await service.join({
    tenantsOf: own => changed(own, { roleIssuers: [{ iss: ROLE_ISSUER, keys }] }),
  });
  publish(service.keys.roleIssuer.publicJwk);
  const read = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${await service.roleToken('auditor', TENANT)}` };
    return (await running.handle(new Request('https://keys.example/calls/audit/records', { headers })))
      .status;
  };
  expect(await read()).toBe(401);
  now += 10_000;
  expect(await read()).toBe(200);
  running.stop.abort();
  await running.store.close();
});

describe('a JWK set', () => {
  const kidsOf = (keys: readonly PinnedKey[]): string[] => keys.map(({ kid, alg }) => `${alg} ${kid}`);
  const ed25519 = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'ed' };

  test('gives its signature keys, by their curve where alg is missing, and passes over the rest', () => {
    const { alg: _alg, use: _use, ...bare } = first.publicJwk;
    const rsa = { kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'rsa', alg: 'RS256' };
    const encryption = { ...bare, kid: 'enc', use: 'enc' };
    const nameless = { ...bare, kid: undefined };
    expect(kidsOf(pinKeySet({ keys: [bare, ed25519, rsa, encryption, nameless] }))).toEqual([
      `ES256 ${first.publicJwk.kid}`,
      'EdDSA ed',
    ]);
    expect(kidsOf(pinKeySet(first.publicJwk))).toEqual([`ES256 ${first.publicJwk.kid}`]);
  });

  test.each<[string, () => unknown]>([
    ['nothing of use', () => ({ keys: [{ kty: 'RSA', kid: 'x' }] })],
    ['a private key', () => ({ keys: [first.privateJwk] })],
    ['one name twice', () => ({ keys: [ed25519, ed25519] })],
    ['too many', () => ({ keys: Array.from({ length: 65 }, (_, at) => ({ ...ed25519, kid: String(at) })) })],
    ['no list', () => ({ keys: {} })],
  ])('with %s is refused', (_, data) => {
    expect(() => pinKeySet(data())).toThrow(expect.objectContaining({ code: 'key_invalid' }));
  });
});
