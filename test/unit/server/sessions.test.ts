import {
  createCallId,
  createGrant,
  generateEcdhKey,
  generateKey,
  GRANT_TYP,
  proveRequest,
  type SessionAnswer,
  toBase64url,
  utf8,
} from '@secure-call/protocol';
import { CompactSign, exportSPKI, importJWK, type JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from './browser.ts';
import { expectRefusal, problemOf } from './refusal.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { OTHER_ISSUER, OTHER_TENANT, PUBLIC_URL, tenantOptions } from './service-options.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let call: SyntheticCall;
let browser: Browser;
beforeEach(async () => {
  service = await TestService.start();
  call = await service.registerCall();
  browser = await service.browser();
});
afterEach(() => service.stop());

async function refusedGrants(tenant?: typeof OTHER_TENANT): Promise<unknown[]> {
  const records = await service.records('', tenant);
  return records
    .filter(({ type }) => type === 'grant.refused')
    .map(({ body, ...record }) => ({ actor: record.actor, call: record.call, body }));
}

async function sessionCount(): Promise<number> {
  const rows = await service.store.read(db => db.selectFrom('session').select('sid').execute());
  return rows.length;
}

describe('one use', () => {
  test('twenty redemptions at once by one browser are one session', async () => {
    const grant = await service.grant(grantInput(call, browser));
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser.openSession(grant)));
    expect(new Set(answers.map(({ session }) => session)).size).toBe(1);
    expect(await sessionCount()).toBe(1);
    const types = (await service.records()).map(({ type }) => type);
    expect(types.filter(type => type === 'grant.redeemed')).toHaveLength(1);
    expect(types.filter(type => type === 'lease.issued')).toHaveLength(1);
  });

  test('twenty redemptions at once with twenty keys: one wins', async () => {
    const grant = await service.grant(grantInput(call, browser));
    const attempts = Array.from({ length: 20 }, async () => {
      const rival = browser.with({ ecdh: await generateEcdhKey() });
      return rival.openSession(grant).catch((error: unknown) => error);
    });
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter(outcome => !(outcome instanceof Error))).toHaveLength(1);
    expect(await sessionCount()).toBe(1);
  });

  test('a lost answer: the same browser gets the same session and the same keys again', async () => {
    const grant = await service.grant(grantInput(call, browser));
    const first = await browser.openSession(grant);
    service.clock.advanceSeconds(30);
    const again = await browser.openSession(grant);
    const { nonce: _nonce, serverTime: _serverTime, ...same } = first;
    expect(again).toMatchObject(same);
    expect(again.serverTime).toBe(first.serverTime + 30_000);
  });

  test('after its time not even the same browser', async () => {
    const grant = await service.grant(grantInput(call, browser));
    await browser.openSession(grant);
    service.clock.advanceSeconds(61);
    expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'grant_expired', status: 401 });
  });

  test('another grant under the same number is one that was used', async () => {
    const first = await service.grant(grantInput(call, browser));
    await browser.openSession(first);
    const { jti } = JSON.parse(atob(first.split('.')[1] ?? '')) as { readonly jti: string };
    const now = Math.floor(service.clock.now() / 1000);
    const claims = { ...grantInput(call, browser, { name: 'Anna Lindh' }), jti, iat: now, exp: now + 60 };
    const { privateJwk } = service.keys.issuer;
    const second = await new CompactSign(utf8(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'ES256', kid: privateJwk.kid ?? '', typ: GRANT_TYP })
      .sign(await importJWK(privateJwk, 'ES256'));
    expect(await problemOf(browser.openSession(second))).toMatchObject({ code: 'grant_used' });
  });

  test('another ECDH key is refused and recorded', async () => {
    const grant = await service.grant(grantInput(call, browser));
    await browser.openSession(grant);
    const other = browser.with({ ecdh: await generateEcdhKey() });
    expect(await problemOf(other.openSession(grant))).toMatchObject({ code: 'grant_used', status: 409 });
    expect(await refusedGrants()).toMatchObject([
      { actor: 'nurse-1', call: call.call, body: { code: 'grant_used', purpose: 'TREAT' } },
    ]);
  });
});

describe('a grant that is refused', () => {
  test('in another browser', async () => {
    const grant = await service.grant(grantInput(call, browser));
    const thief = await service.browser();
    expect(await problemOf(thief.openSession(grant))).toMatchObject({ code: 'proof_invalid', status: 401 });
    expect(await refusedGrants()).toMatchObject([{ body: { code: 'proof_invalid' } }]);
    expect((await browser.openSession(grant)).lease.leaseSeq).toBe(0);
  });

  test('too late, too early, for another service', async () => {
    const late = await service.grant(grantInput(call, browser));
    service.clock.advanceSeconds(61);
    expect(await problemOf(browser.openSession(late))).toMatchObject({ code: 'grant_expired' });
    const { privateJwk } = service.keys.issuer;
    const early = await createGrant(grantInput(call, browser), privateJwk, service.clock.now() / 1000 + 30);
    expect(await problemOf(browser.openSession(early))).toMatchObject({ code: 'grant_invalid' });
    const elsewhere = await service.grant(
      grantInput(call, browser, { aud: 'https://keys.elsewhere.example' }),
    );
    expect(await problemOf(browser.openSession(elsewhere))).toMatchObject({ code: 'grant_invalid' });
    expect(await sessionCount()).toBe(0);
  });

  test('of another tenant, in that tenant’s record', async () => {
    const input = grantInput(call, browser, { iss: OTHER_ISSUER });
    const grant = await createGrant(input, service.keys.otherIssuer.privateJwk, service.clock.now() / 1000);
    expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'call_unknown', status: 404 });
    expect(await refusedGrants(OTHER_TENANT)).toMatchObject([{ body: { code: 'call_unknown' } }]);
    expect(await refusedGrants()).toEqual([]);
  });

  test('signed with the key of another issuer, or an unknown one', async () => {
    const stranger = await generateKey('issuer');
    for (const { privateJwk } of [service.keys.otherIssuer, stranger, service.keys.packager]) {
      const grant = await createGrant(grantInput(call, browser), privateJwk, service.clock.now() / 1000);
      expect(await problemOf(browser.openSession(grant))).toMatchObject({
        code: 'grant_invalid',
        status: 401,
      });
    }
    const unknown = grantInput(call, browser, { iss: 'https://nobody.example' });
    const grant = await createGrant(unknown, stranger.privateJwk, service.clock.now() / 1000);
    expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'grant_invalid' });
    expect(await refusedGrants()).toEqual([]);
  });

  test('for a call or a revision that does not exist', async () => {
    const unknown = grantInput(call, browser, { call: { id: createCallId() } });
    expect(await problemOf(browser.openSession(await service.grant(unknown)))).toMatchObject({
      code: 'call_unknown',
    });
    const later = grantInput(call, browser, { call: { rev: 2 } });
    expect(await problemOf(browser.openSession(await service.grant(later)))).toMatchObject({
      code: 'call_unknown',
    });
  });

  test('for seconds the recording does not have', async () => {
    const input = grantInput(call, browser, { call: { ranges: [[700, 800]] } });
    expect(await problemOf(browser.openSession(await service.grant(input)))).toMatchObject({
      code: 'not_permitted',
      status: 403,
    });
    expect(await sessionCount()).toBe(0);
  });
});

describe('forged grants', () => {
  const encode = (value: unknown): string => toBase64url(utf8(JSON.stringify(value)));

  async function claimsOf(): Promise<Record<string, unknown>> {
    const grant = await service.grant(grantInput(call, browser));
    return JSON.parse(Buffer.from(grant.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
  }

  async function sign(header: Record<string, unknown>, key: JWK): Promise<string> {
    const payload = utf8(JSON.stringify(await claimsOf()));
    return new CompactSign(payload)
      .setProtectedHeader({
        alg: 'ES256',
        kid: service.keys.issuer.publicJwk.kid ?? '',
        typ: GRANT_TYP,
        ...header,
      })
      .sign(await importJWK(key, 'ES256'), { crit: { 'https://x.example': true } });
  }

  async function refused(grant: string): Promise<void> {
    expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'grant_invalid', status: 401 });
  }

  test('alg none', async () => {
    const header = { alg: 'none', typ: GRANT_TYP, kid: service.keys.issuer.publicJwk.kid };
    await refused(`${encode(header)}.${encode(await claimsOf())}.`);
  });

  test('HS256 with the public key, as JWK and as PEM with white space', async () => {
    const { publicJwk } = service.keys.issuer;
    const pem = await exportSPKI((await importJWK(publicJwk, 'ES256')) as CryptoKey);
    for (const secret of [JSON.stringify(publicJwk), pem, ` ${pem}`]) {
      const grant = await new CompactSign(utf8(JSON.stringify(await claimsOf())))
        .setProtectedHeader({ alg: 'HS256', kid: publicJwk.kid ?? '', typ: GRANT_TYP })
        .sign(utf8(secret));
      await refused(grant);
    }
  });

  test('headers that choose a key, compress or must be understood', async () => {
    const own = await generateKey('issuer');
    await refused(await sign({ jku: 'https://evil.example/jwks.json' }, own.privateJwk));
    await refused(await sign({ jwk: own.publicJwk }, own.privateJwk));
    const real = service.keys.issuer.privateJwk;
    for (const header of [
      { jku: 'https://ehr.example/jwks.json' },
      { jwk: service.keys.issuer.publicJwk },
      { zip: 'DEF' },
      { p2c: 2 ** 31 },
      { 'https://x.example': 1, crit: ['https://x.example'] },
      { typ: 'JWT' },
      { typ: 'secure-call-role+jwt' },
      { kid: 'another' },
    ])
      await refused(await sign(header, real));
    expect(await browser.openSession(await sign({}, real))).toHaveProperty('session');
  });

  test('a changed claim', async () => {
    const [header, , signature] = (await service.grant(grantInput(call, browser))).split('.');
    await refused(`${header}.${encode({ ...(await claimsOf()), sub: 'nurse-2' })}.${signature}`);
  });

  test('a megabyte', async () => {
    const body = JSON.stringify({ proof: 'x', payload: 'y'.repeat(1024 * 1024) });
    await expectRefusal(browser.send('/sessions', body), 'request_invalid');
  });
});

describe('the proof', () => {
  test('covers the body: a swapped ECDH key is refused', async () => {
    const grant = await service.grant(grantInput(call, browser));
    let sent = '';
    const proxied = browser.with({
      fetch: async request => {
        sent = await request.text();
        return new Response('{"title":"","status":503,"code":"audit_unavailable"}', { status: 503 });
      },
    });
    await proxied.openSession(grant).catch(() => undefined);
    const body = JSON.parse(sent) as { proof: string; payload: string };
    const { publicPoint } = await generateEcdhKey();
    const payload = body.payload.replace(browser.ecdh.publicPoint, publicPoint);
    expect(payload).not.toBe(body.payload);
    await expectRefusal(browser.send('/sessions', JSON.stringify({ ...body, payload })), 'proof_invalid');
    expect((await browser.send('/sessions', sent)).status).toBe(201);
  });

  test('covers the grant, the address and the method', async () => {
    const grant = await service.grant(grantInput(call, browser));
    const payload = JSON.stringify({ grant, ecdh: browser.ecdh.publicPoint });
    await expectRefusal(browser.post('/sessions', payload, {}), 'proof_invalid');
    const other = await service.grant(grantInput(call, browser));
    await expectRefusal(browser.post('/sessions', payload, { grant: other }), 'proof_invalid');
    for (const wrong of [{ htu: `${PUBLIC_URL}/revocations` }, { method: 'DELETE' as const }]) {
      const proof = { htu: `${PUBLIC_URL}/sessions`, payload, grant, ...wrong };
      const body = await proveRequest(browser.device, proof);
      await expectRefusal(browser.send('/sessions', body), 'proof_invalid');
    }
  });

  test('does not look at the browser’s clock', async () => {
    service.clock.advanceSeconds(-24 * 3600);
    const grant = await service.grant(grantInput(call, browser));
    const session = await browser.openSession(grant);
    expect(await browser.lease(session, { leaseSeq: 1, from: 12 })).toMatchObject({ to: 24 });
  });
});

test('what stands in the record comes from the grant', async () => {
  const breakGlass = { reason: 'The caller cannot be reached.', notify: ['privacy'] };
  const input = grantInput(call, browser, {
    call: { purpose: 'ETREAT', relation: 'none', note: 'case 77', breakGlass },
  });
  const session: SessionAnswer = await browser.openSession(await service.grant(input));
  const records = await service.records(`?sid=${session.session}`);
  expect(records.map(({ type }) => type)).toEqual(['grant.redeemed', 'breakGlass.started', 'lease.issued']);
  for (const record of records)
    expect(record).toMatchObject({
      actor: 'nurse-1',
      unit: 'unit-1',
      call: call.call,
      author: 'server',
      n: null,
    });
  expect(records[0]?.body).toMatchObject({
    name: 'Anna Lind',
    role: 'nurse',
    purpose: 'ETREAT',
    note: 'case 77',
    emergency: true,
  });
  expect(records[1]?.body).toEqual(breakGlass);
  expect(records[2]?.body).toEqual({ leaseSeq: 0, track: 'audio', from: 0, to: 12 });
  expect(records[0]?.patient).toMatch(/^[\w-]{43}$/);
  expect(JSON.stringify(records)).not.toContain('pseudonym-17');
});

test('pages of any origin may call, and learn the nonce', async () => {
  const preflight = await service.fetch(new Request(`${PUBLIC_URL}/sessions`, { method: 'OPTIONS' }));
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  const refused = await browser.send('/sessions', '{}');
  expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  expect(refused.headers.get('dpop-nonce')).toMatch(/./);
  const officers = await service.fetch(new Request(`${PUBLIC_URL}/revocations`, { method: 'OPTIONS' }));
  expect(officers.status).toBe(404);
  expect(officers.headers.get('access-control-allow-origin')).toBeNull();
});

describe('what a session is opened with', () => {
  const open = async (changes: Parameters<typeof grantInput>[2]) =>
    browser.openSession(await service.grant(grantInput(call, browser, changes)));
  const openings = async () =>
    (await service.records()).filter(({ type }) => type === 'grant.redeemed').map(({ body }) => body);

  test('the ranges that the player may ask for are in its policy, and in the record', async () => {
    const ranges: [number, number][] = [[30, 40]];
    const session = await open({ call: { ranges } });
    expect(session.policy.ranges).toEqual(ranges);
    expect((await open({})).policy).not.toHaveProperty('ranges');
    const [bounded, whole] = await openings();
    expect(bounded).toMatchObject({ ranges, emergency: false });
    expect(whole).not.toHaveProperty('ranges');
  });

  test('ranges behind the end of the recording permit nothing', async () => {
    const ranges: [number, number][] = [[600, 700]];
    expect(await problemOf(open({ call: { ranges } }))).toMatchObject({
      code: 'not_permitted',
      title: 'The permission does not cover any part of the recording.',
    });
    expect(await sessionCount()).toBe(0);
  });

  test('without a permission to listen there is no key of sound', async () => {
    const session = await open({ call: { tracks: ['transcript'] } });
    expect(session.lease).toMatchObject({ keys: [], from: 0, to: 0 });
    const transcript = await browser.lease(session, { leaseSeq: 1, from: 0, tracks: ['transcript'] });
    expect(transcript.keys).toMatchObject([{ track: 'transcript' }]);
  });

  test('the address of the packages, however many slashes it was configured with', async () => {
    const { media } = await open({});
    expect(media.base).toBe(`https://storage.example/region-x/${call.call}/${call.packageId}/`);
    const { keys } = service;
    await service.stop();
    const tenantsOf = () =>
      tenantOptions(keys).map(tenant =>
        Object.assign(tenant, { storageBase: 'https://storage.example/x//' }),
      );
    service = await TestService.start({ keys, tenantsOf });
    call = await service.registerCall();
    browser = await service.browser();
    expect((await open({})).media.base).toBe(`https://storage.example/x/${call.call}/${call.packageId}/`);
  });
});

test('a recording that is packaged anew while its grant is redeemed twice: the player asks again, and nobody is refused', async () => {
  let before: () => Promise<unknown> = () => Promise.resolve();
  await service.stop();
  service = await TestService.start({
    wrapStore: store => ({
      ...store,
      rowTransaction: async work => {
        const once = before;
        before = () => Promise.resolve();
        await once();
        return store.rowTransaction(work);
      },
    }),
  });
  call = await service.registerCall();
  browser = await service.browser();
  const grant = await service.grant(grantInput(call, browser));
  before = async () => {
    const again = await service.makeCall({ call: call.call, rev: 2 });
    expect((await service.register(again.registration)).status).toBe(201);
    await browser.openSession(grant);
  };
  expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'audit_unavailable' });
  expect(await refusedGrants()).toEqual([]);
  expect(await browser.openSession(grant)).toHaveProperty('lease');
  expect(await sessionCount()).toBe(1);
});
