import {
  generateKey,
  type KeyPair,
  MAX_TOKEN_BYTES,
  pinKey,
  type PinnedKey,
  utf8,
  verifyPinnedJws,
} from '@secure-call/protocol';
import { beforeAll, expect, test } from 'vitest';
import jose from '../../vectors/published/jose.json' with { type: 'json' };
import ecdsa from '../../vectors/published/ecdsa-p256.json' with { type: 'json' };
import { fromHex } from './hex.ts';
import { refusal, refusalOf } from './refusal.ts';
import {
  importHmac,
  importSigner,
  signCompact,
  unsignedCompact,
  withBrokenSignature,
} from './sign-compact.ts';

const typ = 'sample+jws';
let pair: KeyPair;
let signer: CryptoKey;
let pinned: PinnedKey;

beforeAll(async () => {
  pair = await generateKey('issuer');
  signer = await importSigner(pair.privateJwk);
  pinned = pinKey(pair.publicJwk);
});

const header = (): Record<string, unknown> => ({ alg: 'ES256', kid: pinned.kid, typ });
const verify = (jws: string, keys: readonly PinnedKey[] = [pinned]): Promise<string> =>
  verifyPinnedJws(jws, { typ, keys, code: 'grant_invalid' });

test('what a pinned key signed is returned as text', async () => {
  expect(await verify(await signCompact(header(), 'Østfold', signer))).toBe('Østfold');
});

test.each([
  ['zip', 'DEF'],
  ['p2c', 1],
  ['p2s', 'AA'],
  ['jku', 'https://attacker.example/keys'],
  ['x5u', 'https://attacker.example/chain'],
  ['x5c', ['AA']],
  ['jwk', { kty: 'EC' }],
  ['crit', ['exp']],
  ['b64', true],
])('the header %s is refused, whatever it says', async (name, value) => {
  const jws = await signCompact({ ...header(), [name]: value }, '{}', signer);
  const error = await refusalOf(() => verify(jws));
  expect(error).toMatchObject({
    code: 'grant_invalid',
    message: 'The sample+jws uses a header that is not allowed.',
  });
});

test.each([
  ['another type', { typ: 'other+jws' }, 'has the wrong type'],
  ['no type', { typ: undefined }, 'has the wrong type'],
  ['an unknown kid', { kid: 'unknown' }, 'is not signed by a trusted key'],
  ['no kid', { kid: undefined }, 'is not signed by a trusted key'],
  ['another algorithm', { alg: 'EdDSA' }, 'is not signed by a trusted key'],
  ['RS256', { alg: 'RS256' }, 'is not signed by a trusted key'],
  ['no algorithm', { alg: undefined }, 'is not signed by a trusted key'],
  ['none', { alg: 'none' }, 'is not signed by a trusted key'],
])('a token with %s is refused before its signature is looked at', async (_, change, why) => {
  const jws = await signCompact({ ...header(), ...change }, '{}', signer);
  expect((await refusalOf(() => verify(jws)))?.message).toBe(`The sample+jws ${why}.`);
});

test('a token without a signature is refused', async () => {
  expect(await refusal(() => verify(unsignedCompact({ ...header(), alg: 'none' }, {})))).toBe(
    'grant_invalid',
  );
  expect(await refusal(() => verify(unsignedCompact(header(), {})))).toBe('grant_invalid');
});

test('an HMAC with the public key as its secret is refused', async () => {
  const secret = await importHmac(utf8(JSON.stringify(pair.publicJwk)));
  const jws = await signCompact({ ...header(), alg: 'HS256' }, '{}', secret);
  expect(await refusal(() => verify(jws))).toBe('grant_invalid');
});

test('a signature by another key, or over another text, is refused', async () => {
  const stranger = await importSigner((await generateKey('issuer')).privateJwk);
  const why = 'The sample+jws has a signature that does not verify.';
  expect((await refusalOf(async () => verify(await signCompact(header(), '{}', stranger))))?.message).toBe(
    why,
  );
  const jws = await signCompact(header(), '{"a":1}', signer);
  expect((await refusalOf(() => verify(withBrokenSignature(jws))))?.message).toBe(why);
  const other = await signCompact(header(), '{"a":2}', signer);
  const mixed = [jws.split('.')[0], other.split('.')[1], jws.split('.')[2]].join('.');
  expect((await refusalOf(() => verify(mixed)))?.message).toBe(why);
});

test('a key is trusted for its own algorithm only, even under its kid', async () => {
  const jws = await signCompact(header(), '{}', signer);
  expect(await refusal(() => verify(jws, [{ ...pinned, alg: 'EdDSA' }]))).toBe('grant_invalid');
  expect(await refusal(() => verify(jws, []))).toBe('grant_invalid');
});

test('a payload that is not UTF-8 is refused', async () => {
  const input = `${(await signCompact(header(), '{}', signer)).split('.')[0]}._w`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, signer, utf8(input));
  const encoded = btoa(String.fromCharCode(...new Uint8Array(signature)));
  const jws = `${input}.${encoded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
  expect(await refusal(() => verify(jws))).toBe('grant_invalid');
});

test('a token has one spelling', async () => {
  const jws = await signCompact(header(), '{}', signer);
  const last = jws.slice(-1);
  // The last of 86 characters carries two bits that mean nothing.
  const spare = String.fromCharCode(last.charCodeAt(0) + 1);
  const [head = '', payload = '', signature = ''] = jws.split('.');
  const spellings = [
    `${jws}\n`,
    ` ${jws}`,
    `${jws}==`,
    jws.slice(0, -1) + spare,
    `${head}.${payload}.${signature.slice(0, 9)} ${signature.slice(9)}`,
    `${head}.${payload}\n.${signature}`,
    `${jws}.`,
    `${jws}.AA`,
    `${head}.${payload}`,
    '',
    '..',
    'not a token',
  ];
  for (const spelling of spellings) {
    const error = await refusalOf(() => verify(spelling));
    expect(error).toMatchObject({ code: 'grant_invalid', message: 'The sample+jws is malformed.' });
  }
});

test('a header that is no JSON object is refused', async () => {
  const jws = await signCompact(header(), '{}', signer);
  const tail = jws.slice(jws.indexOf('.'));
  for (const head of ['bm8', 'W10', 'bnVsbA', 'Iiw']) {
    expect(await refusal(() => verify(head + tail))).toBe('grant_invalid');
  }
});

test('8 KiB are read, more is not, unless the caller allows it', async () => {
  const fill = async (length: number): Promise<string> => {
    const empty = (await signCompact(header(), '', signer)).length;
    const bytes = Math.floor(((length - empty) * 3) / 4);
    return signCompact(header(), 'a'.repeat(bytes), signer);
  };
  const [fits, large] = [await fill(MAX_TOKEN_BYTES), await fill(MAX_TOKEN_BYTES + 8)];
  expect(fits.length).toBeGreaterThan(MAX_TOKEN_BYTES - 4);
  expect(large.length).toBeGreaterThan(MAX_TOKEN_BYTES);
  expect(await verify(fits)).toMatch(/^a+$/);
  expect((await refusalOf(() => verify(large)))?.message).toBe('The sample+jws is too large.');
  const options = { typ, keys: [pinned], code: 'registration_invalid', maxBytes: 10_000 } as const;
  expect(await verifyPinnedJws(large, options)).toMatch(/^a+$/);
  expect(await refusal(() => verifyPinnedJws('a'.repeat(1024 * 1024), options))).toBe('registration_invalid');
});

test('EdDSA keys are taken for EdDSA', async () => {
  const keys = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  const { kty, crv, x } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const edwards = pinKey({ kty: kty ?? '', crv: crv ?? '', x: x ?? '', kid: 'ed', alg: 'EdDSA' });
  const jws = await signCompact({ alg: 'EdDSA', kid: 'ed', typ }, 'text', keys.privateKey);
  expect(await verify(jws, [pinned, edwards])).toBe('text');
  expect(await refusal(() => verify(withBrokenSignature(jws), [edwards]))).toBe('grant_invalid');
});

test('only a public JWK with kid and alg can be pinned', async () => {
  expect(pinned).toMatchObject({ kid: pair.publicJwk.kid, alg: 'ES256' });
  const { kid: _kid, ...anonymous } = pair.publicJwk;
  const { alg: _alg, ...free } = pair.publicJwk;
  const refused = [
    pair.privateJwk,
    anonymous,
    free,
    { ...pair.publicJwk, kid: '' },
    { ...pair.publicJwk, kid: 'k'.repeat(257) },
    { ...pair.publicJwk, alg: 'HS256' },
    { kty: 'oct', k: 'AA', kid: 'k', alg: 'ES256' },
    { kty: 'RSA', n: 'AA', e: 'AQAB', kid: 'k', alg: 'ES256' },
  ];
  for (const jwk of refused) expect(await refusal(() => pinKey(jwk))).toBe('key_invalid');
});

test('RFC 7515 A.3 verifies with our call and is refused by our rules: it has no type and no kid', async () => {
  const key = await crypto.subtle.importKey(
    'jwk',
    jose.jws.jwk,
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['verify'],
  );
  const [head = '', payload = '', signature = ''] = jose.jws.compact.split('.');
  const bytes = Uint8Array.from(atob(`${signature.replaceAll('-', '+').replaceAll('_', '/')}==`), character =>
    character.charCodeAt(0),
  );
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  expect(await crypto.subtle.verify(algorithm, key, bytes, utf8(`${head}.${payload}`))).toBe(true);
  const rfc = pinKey({ ...jose.jws.jwk, kid: 'rfc', alg: 'ES256' });
  expect(await refusal(() => verify(jose.jws.compact, [rfc]))).toBe('grant_invalid');
});

test.each(ecdsa.tests)('ECDSA P-256 with SHA-256: $name', async ({ sig, result }) => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('raw', fromHex(ecdsa.publicKey), algorithm, false, ['verify']);
  const hashed = { name: 'ECDSA', hash: 'SHA-256' };
  const verified = await crypto.subtle.verify(hashed, key, fromHex(sig), fromHex(ecdsa.msg));
  expect(verified).toBe(result === 'valid');
});
