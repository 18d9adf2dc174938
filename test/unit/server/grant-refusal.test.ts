import { createGrant, generateKey, GRANT_TYP, type KeyPair, utf8 } from '@secure-call/protocol';
import { CompactSign, importJWK } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Browser } from './browser.ts';
import { problemOf } from './refusal.ts';
import { ISSUER } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let browser: Browser;
let call: SyntheticCall;
beforeEach(async () => {
  service = await TestService.start();
  browser = await service.browser();
  call = await service.registerCall();
});
afterEach(() => service.stop());

/** What the operator reads, and the client does not. */
async function reasonOf(grant: string): Promise<string | undefined> {
  const problem = await problemOf(browser.openSession(grant));
  expect(problem).not.toHaveProperty('reason');
  const entry = service.log.at(-1);
  expect(entry).toMatchObject({ event: 'refused', endpoint: 'POST /sessions', status: 401 });
  expect(JSON.stringify(service.log)).not.toMatch(/nurse-1|Anna|pseudonym/);
  expect(JSON.stringify(service.log)).not.toContain(call.call);
  return entry?.reason;
}

const signed = ({ privateJwk }: KeyPair, typ: string, payload: object): Promise<string> =>
  importJWK(privateJwk, 'ES256').then(key =>
    new CompactSign(utf8(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'ES256', kid: privateJwk.kid ?? '', typ })
      .sign(key),
  );

test('audience', async () => {
  expect(
    await reasonOf(await service.grant(grantInput(call, browser, { aud: 'https://other.example' }))),
  ).toBe('audience');
});

test('time: too late, too early', async () => {
  const late = await service.grant(grantInput(call, browser));
  service.clock.advanceSeconds(61);
  expect(await reasonOf(late)).toBe('time');
  const { privateJwk } = service.keys.issuer;
  const later = service.clock.now() / 1000 + 60;
  expect(await reasonOf(await createGrant(grantInput(call, browser), privateJwk, later))).toBe('time');
});

test('key: of a stranger, of another issuer, under a trusted name, of an unknown issuer', async () => {
  const stranger = await generateKey('issuer');
  const { kid = '' } = service.keys.issuer.publicJwk;
  const now = service.clock.now() / 1000;
  for (const privateJwk of [
    stranger.privateJwk,
    service.keys.otherIssuer.privateJwk,
    { ...stranger.privateJwk, kid },
  ])
    expect(await reasonOf(await createGrant(grantInput(call, browser), privateJwk, now))).toBe('key');
  const unknown = grantInput(call, browser, { iss: 'https://nobody.example' });
  expect(await reasonOf(await createGrant(unknown, service.keys.issuer.privateJwk, now))).toBe('key');
});

test('form: no token, another type, a claim that is missing', async () => {
  expect(await reasonOf('not-a-grant')).toBe('form');
  expect(await reasonOf(await signed(service.keys.issuer, 'JWT', { iss: ISSUER }))).toBe('form');
  expect(await reasonOf(await signed(service.keys.issuer, GRANT_TYP, { iss: ISSUER }))).toBe('form');
});
