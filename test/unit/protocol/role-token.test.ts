import {
  createRoleToken,
  generateKey,
  type KeyPair,
  MAX_ROLE_TOKEN_SECONDS,
  MAX_TOKEN_BYTES,
  pinKey,
  type PinnedKey,
  ROLE_TOKEN_TYP,
  type RoleTokenInput,
  verifyRoleToken,
} from '@secure-call/protocol';
import { beforeAll, expect, test } from 'vitest';
import { refusal, refusalOf } from './refusal.ts';
import { importSigner, signCompact, withBrokenSignature } from './sign-compact.ts';

const now = 1_800_000_000;
const input: RoleTokenInput = {
  iss: 'https://ehr.example',
  aud: 'https://keys.example',
  sub: 'user-2',
  name: 'Per Berg',
  role: 'auditor',
};
let issuer: KeyPair;
let signer: CryptoKey;

beforeAll(async () => {
  issuer = await generateKey('issuer');
  signer = await importSigner(issuer.privateJwk);
});

const keysOf = (name: string): readonly PinnedKey[] | undefined =>
  name === input.iss ? [pinKey(issuer.publicJwk)] : undefined;
const at = (time: number, leewaySeconds?: number) => ({
  audience: input.aud,
  now: time,
  ...(leewaySeconds === undefined ? {} : { leewaySeconds }),
});

const sign = (change: object, typ: string = ROLE_TOKEN_TYP): Promise<string> =>
  signCompact(
    { alg: 'ES256', kid: issuer.publicJwk.kid, typ },
    { ...input, iat: now, exp: now + 600, jti: 'j', ...change },
    signer,
  );
const verdict = async (change: object, time = now): Promise<string> => {
  const jws = await sign(change);
  return refusal(() => verifyRoleToken(jws, keysOf, at(time)));
};

test('a role token is issued for ten minutes and read back', async () => {
  const token = await createRoleToken(input, issuer.privateJwk, now + 0.5);
  const claims = await verifyRoleToken(token, keysOf, at(now));
  expect(claims).toMatchObject({ ...input, iat: now, exp: now + MAX_ROLE_TOKEN_SECONDS });
  const again = await verifyRoleToken(await createRoleToken(input, issuer.privateJwk, now), keysOf, at(now));
  expect(again.jti).not.toBe(claims.jti);
});

test('a patient’s token names the pseudonym', async () => {
  const patient: RoleTokenInput = { ...input, role: 'patient', patient: 'pseudonym-17' };
  const token = await createRoleToken(patient, issuer.privateJwk, now);
  expect(await verifyRoleToken(token, keysOf, at(now))).toMatchObject(patient);
});

test('it is good from its time, less the leeway, to its end', async () => {
  expect(await verdict({}, now - 5)).toBe('accepted');
  expect(await verdict({}, now - 5.1)).toBe('token_invalid');
  expect(await verdict({}, now + 599.9)).toBe('accepted');
  expect(await verdict({}, now + 600)).toBe('token_invalid');
  const jws = await sign({});
  expect(await refusal(() => verifyRoleToken(jws, keysOf, at(now - 1, 0)))).toBe('token_invalid');
});

test('times that no clock shows are refused', async () => {
  expect(await verdict({ iat: -1, exp: 500 }, 0)).toBe('token_invalid');
  expect(await verdict({ iat: 2 ** 33, exp: 2 ** 33 + 60 }, 2 ** 33)).toBe('token_invalid');
});

test.each([
  ['another audience', { aud: 'https://other.example' }],
  ['another issuer', { iss: 'https://other.example' }],
  ['no issuer', { iss: undefined }],
  ['too long a life', { exp: now + 601 }],
  ['an unknown role', { role: 'admin' }],
  ['no subject', { sub: '' }],
  ['no name', { name: undefined }],
  ['no jti', { jti: undefined }],
  ['an exp that is text', { exp: 'never' }],
  ['an iat below 0', { iat: -1 }],
  ['something more', { tenant: 'region-y' }],
  ['a patient for an auditor', { patient: 'pseudonym-17' }],
  ['no pseudonym for a patient', { role: 'patient' }],
])('a role token with %s is refused', async (_, change) => {
  expect(await verdict(change)).toBe('token_invalid');
});

test('a grant, a forgery and a token that is too large are refused', async () => {
  const [grant, token] = [await sign({}, 'secure-call-grant+jwt'), await sign({})];
  const large = await sign({ name: 'n'.repeat(8000) });
  expect(large.length).toBeGreaterThan(MAX_TOKEN_BYTES);
  const error = await refusalOf(() => verifyRoleToken(large, keysOf, at(now)));
  expect(error?.message).toBe('The role token is too large.');
  for (const jws of [grant, withBrokenSignature(token), large, '', 'a.b.c'])
    expect(await refusal(() => verifyRoleToken(jws, keysOf, at(now)))).toBe('token_invalid');
});

test('a malformed claim is not issued', async () => {
  const error = await refusalOf(() => createRoleToken({ ...input, sub: '' }, issuer.privateJwk));
  expect(error).toMatchObject({ code: 'token_invalid', message: 'The role token is not valid at "sub".' });
});
