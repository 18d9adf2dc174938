import {
  assertGrantUsable,
  authenticateGrant,
  createGrant,
  generateKey,
  GRANT_TYP,
  type GrantClaims,
  type GrantInput,
  type KeyPair,
  MAX_GRANT_SECONDS,
  MAX_TOKEN_BYTES,
  pinKey,
  type PinnedKey,
} from '@secure-call/protocol';
import { beforeAll, expect, test } from 'vitest';
import vector from '../../vectors/grant.json' with { type: 'json' };
import { refusal, refusalOf } from './refusal.ts';
import { grantInput } from './sample.ts';
import { importSigner, signCompact } from './sign-compact.ts';

const now = 1_800_000_000;
let issuer: KeyPair;
let signer: CryptoKey;

beforeAll(async () => {
  issuer = await generateKey('issuer');
  signer = await importSigner(issuer.privateJwk);
});

const keysOf = (name: string): readonly PinnedKey[] | undefined =>
  name === 'https://ehr.example' ? [pinKey(issuer.publicJwk)] : undefined;

const claims = (change: object = {}): Record<string, unknown> => ({
  ...grantInput(),
  jti: 'j-1',
  iat: now,
  exp: now + 60,
  ...change,
});

const sign = (payload: object): Promise<string> =>
  signCompact({ alg: 'ES256', kid: issuer.publicJwk.kid, typ: GRANT_TYP }, payload, signer);

const authenticate = async (payload: object): Promise<GrantClaims> =>
  authenticateGrant(await sign(payload), keysOf);

test('vector: the grant verifies and its claims are those', async () => {
  const keys = [pinKey(vector.issuer.publicJwk)];
  const read = await authenticateGrant(vector.jws, name => (name === vector.claims.iss ? keys : undefined));
  expect(read).toEqual(vector.claims);
  const usable = (at: number): void => assertGrantUsable(read, { audience: 'https://keys.example', now: at });
  expect(await refusal(() => usable(vector.claims.iat))).toBe('accepted');
  expect(await refusal(() => usable(vector.claims.exp))).toBe('grant_expired');
});

test('a grant is issued for a minute, once, with what the host states', async () => {
  const input = grantInput();
  const grant = await createGrant(input, issuer.privateJwk, now + 0.9);
  const read = await authenticateGrant(grant, keysOf);
  expect(read).toMatchObject({ ...input, iat: now, exp: now + MAX_GRANT_SECONDS });
  const again = await authenticateGrant(await createGrant(input, issuer.privateJwk, now), keysOf);
  expect(again.jti).not.toBe(read.jti);
  assertGrantUsable(read, { audience: input.aud, now });
});

test('a grant with a malformed claim is not issued', async () => {
  const input = { ...grantInput(), cnf: { jkt: 'short' } };
  const error = await refusalOf(() => createGrant(input, issuer.privateJwk));
  expect(error).toMatchObject({
    code: 'grant_invalid',
    message: 'The grant is not valid at "cnf.jkt".',
  });
});

test('an issuer’s keys verify that issuer’s grants only', async () => {
  expect(await refusal(() => authenticate(claims({ iss: 'https://other.example' })))).toBe('grant_invalid');
  const { iss: _iss, ...anonymous } = claims();
  expect(await refusal(() => authenticate(anonymous))).toBe('grant_invalid');
});

test('a token of another type is no grant', async () => {
  const jws = await signCompact(
    { alg: 'ES256', kid: issuer.publicJwk.kid, typ: 'secure-call-role+jwt' },
    claims(),
    signer,
  );
  expect(await refusal(() => authenticateGrant(jws, keysOf))).toBe('grant_invalid');
});

test('a genuine grant over 8 KiB is refused, and 1 MiB of anything', async () => {
  const large = await sign(claims({ amr: Array.from({ length: 16 }, () => 'a'.repeat(600)) }));
  expect(large.length).toBeGreaterThan(MAX_TOKEN_BYTES);
  expect(await refusal(() => authenticateGrant(large, keysOf))).toBe('grant_invalid');
  expect(await refusal(() => authenticateGrant('a'.repeat(2 ** 20), keysOf))).toBe('grant_invalid');
});

test.each(['', '.', '..', 'a.b.c', 'e30.W10.AA', 'é'])('%j is no grant', async text => {
  expect(await refusal(() => authenticateGrant(text, keysOf))).toBe('grant_invalid');
});

const everything: Partial<GrantInput> & { call: GrantInput['call'] } = {
  nbf: now,
  acr: 'https://refeds.org/profile/mfa',
  amr: ['hwk'],
  auth_time: now - 100,
  call: {
    ...grantInput().call,
    rev: 3,
    ranges: [[10, 12.5]],
    tracks: ['audio', 'transcript', 'details', 'peaks'],
    breakGlass: { reason: 'Emergency', notify: ['privacy-officer'] },
  },
};

test('every optional claim is carried', async () => {
  expect(await authenticate(claims(everything))).toMatchObject(everything);
});

const call = (change: object): object => ({ call: { ...grantInput().call, ...change } });

test.each([
  ['something more', { admin: true }],
  ['something more in call', call({ tenant: 'region-y' })],
  ['no audience', { aud: undefined }],
  ['an audience that is a list', { aud: ['https://keys.example'] }],
  ['no jti', { jti: undefined }],
  ['an empty jti', { jti: '' }],
  ['no iat', { iat: undefined }],
  ['no exp', { exp: undefined }],
  ['an exp that is text', { exp: '1800000060' }],
  ['an iat below 0', { iat: -1 }],
  ['an exp beyond any time', { exp: 2 ** 33 }],
  ['an nbf that is text', { nbf: 'now' }],
  ['no subject', { sub: undefined }],
  ['no name', { name: '' }],
  ['no role', { role: undefined }],
  ['an acr that is too long', { acr: 'a'.repeat(1025) }],
  ['too many amr', { amr: Array.from({ length: 17 }, () => 'pwd') }],
  ['an auth_time that is text', { auth_time: 'yesterday' }],
  ['no device key', { cnf: undefined }],
  ['a device key by value', { cnf: { jwk: {} } }],
  ['a device key in two ways', { cnf: { jkt: 'A'.repeat(43), jwk: {} } }],
  ['a thumbprint of another length', { cnf: { jkt: 'A'.repeat(42) } }],
  ['no call', { call: undefined }],
  ['a call id of another form', call({ id: 'call-2026-01-01' })],
  ['a call id in another spelling', call({ id: `${'A'.repeat(21)}B` })],
  ['revision 0', call({ rev: 0 })],
  ['half a revision', call({ rev: 1.5 })],
  ['no ranges where ranges are', call({ ranges: [] })],
  ['too many ranges', call({ ranges: Array.from({ length: 65 }, () => [0, 1]) })],
  ['a range of one end', call({ ranges: [[0]] })],
  ['a range of three', call({ ranges: [[0, 1, 2]] })],
  ['a range below 0', call({ ranges: [[-1, 2]] })],
  ['an unknown track', call({ tracks: ['video'] })],
  ['no patient', call({ patient: undefined })],
  ['a unit without a name', call({ unit: { id: 'u' } })],
  ['a unit with something more', call({ unit: { id: 'u', name: 'U', more: 1 } })],
  ['a purpose in lower case', call({ purpose: 'treat' })],
  ['a purpose of one letter', call({ purpose: 'T' })],
  ['a purpose of many letters', call({ purpose: 'T'.repeat(17) })],
  ['no relation', call({ relation: '' })],
  ['an emergency that does not say so', call({ purpose: 'ETREAT' })],
  ['too long a note', call({ note: 'n'.repeat(1025) })],
  ['break-glass without a reason', call({ breakGlass: { reason: '', notify: [] } })],
  ['break-glass with too long a reason', call({ breakGlass: { reason: 'r'.repeat(1025), notify: [] } })],
  ['break-glass that notifies too many', call({ breakGlass: { reason: 'r', notify: Array(17).fill('n') } })],
  ['break-glass with something more', call({ breakGlass: { reason: 'r', notify: [], more: 1 } })],
  ['a session of no time', call({ maxSessionSeconds: 0 })],
  ['a session of half a second more', call({ maxSessionSeconds: 10.5 })],
  ['a session of more than a day', call({ maxSessionSeconds: 86_401 })],
  ['a rate too low', call({ maxRate: 0.4 })],
  ['a rate too high', call({ maxRate: 4.1 })],
  ['an unknown watermark', call({ watermark: { client: 'maybe' } })],
  ['a watermark with something more', call({ watermark: { client: 'off', more: 1 } })],
])('a grant with %s is refused', async (_, change) => {
  expect(await refusal(() => authenticate(claims(change)))).toBe('grant_invalid');
});

test('a payload that is no JSON object is refused', async () => {
  for (const payload of ['[]', 'null', '"text"', '{']) {
    const header = { alg: 'ES256', kid: issuer.publicJwk.kid, typ: GRANT_TYP };
    const jws = await signCompact(header, payload, signer);
    expect(await refusal(() => authenticateGrant(jws, keysOf))).toBe('grant_invalid');
  }
});

const usable = (change: Partial<GrantClaims>, at = now, leewaySeconds?: number): Promise<string> => {
  const read = claims() as unknown as GrantClaims;
  const leeway = leewaySeconds === undefined ? {} : { leewaySeconds };
  return refusal(() =>
    assertGrantUsable({ ...read, ...change }, { audience: 'https://keys.example', now: at, ...leeway }),
  );
};

test('a grant is usable from its time, less the leeway, to its end, and here only', async () => {
  expect(await usable({})).toBe('accepted');
  expect(await usable({}, now + 59.9)).toBe('accepted');
  expect(await usable({}, now + 60)).toBe('grant_expired');
  expect(await usable({}, now - 5)).toBe('accepted');
  expect(await usable({}, now - 5.1)).toBe('grant_invalid');
  expect(await usable({}, now - 1, 0)).toBe('grant_invalid');
  expect(await usable({ nbf: now + 20 })).toBe('grant_invalid');
  expect(await usable({ nbf: now + 20 }, now + 15)).toBe('accepted');
  expect(await usable({ aud: 'https://other.example' })).toBe('grant_invalid');
  expect(await usable({ exp: now + 61 })).toBe('grant_invalid');
});
