import {
  type DeviceKey,
  fromBase64url,
  fromUtf8,
  generateDeviceKey,
  generateKey,
  MAX_TOKEN_BYTES,
  proveRequest,
  sha256Base64url,
  toBase64url,
  utf8,
  verifyProvenRequest,
} from '@secure-call/protocol';
import { beforeAll, expect, test } from 'vitest';
import vectors from '../../vectors/proof.json' with { type: 'json' };
import jose from '../../vectors/published/jose.json' with { type: 'json' };
import { refusal, refusalOf } from './refusal.ts';
import { importHmac, signCompact, unsignedCompact, withBrokenSignature } from './sign-compact.ts';

const htu = 'https://keys.example/sessions';
const payload = '{"leaseSeq":1}';
let device: DeviceKey;

beforeAll(async () => {
  device = await generateDeviceKey();
});

const claimsOf = (jws: string): unknown => JSON.parse(fromUtf8(fromBase64url(jws.split('.')[1] ?? '')));
const header = (): Record<string, unknown> => ({ alg: 'ES256', typ: 'dpop+jwt', jwk: device.publicJwk });
const claims = async (change: object = {}): Promise<object> => ({
  htm: 'POST',
  htu,
  jti: 'j-1',
  iat: 1,
  bh: await sha256Base64url(payload),
  ...change,
});

/** A body whose proof differs in its header or its claims, signed by the genuine device. */
async function body(changes: { header?: object; claims?: object }): Promise<string> {
  const proof = await signCompact(
    { ...header(), ...changes.header },
    await claims(changes.claims),
    device.privateKey,
  );
  return JSON.stringify({ proof, payload });
}

const verdict = (text: string, address = htu): Promise<string> =>
  refusal(() => verifyProvenRequest(text, address));

test('a device key leaves WebCrypto in its public half only', async () => {
  expect(device.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('jwk', device.privateKey)).rejects.toThrow();
  expect(Object.keys(device.publicJwk).sort()).toEqual(['crv', 'kty', 'x', 'y']);
});

test('a proof says when it was made, in seconds, and no nonce where it has none', async () => {
  const { proof } = JSON.parse(await proveRequest(device, { htu, payload })) as { proof: string };
  const { iat, ...others } = claimsOf(proof) as { iat: number };
  expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(3600);
  expect(others).not.toHaveProperty('nonce');
});

test.each([
  ['session', vectors.session],
  ['lease', vectors.lease],
])('vector: the %s request verifies', async (_, vector) => {
  const proven = await verifyProvenRequest(vector.body, vector.htu);
  expect(proven).toEqual({
    payload: vector.payload,
    jkt: vectors.device.jkt,
    publicJwk: vectors.device.publicJwk,
    jti: vector.claims.jti,
    nonce: 'nonce' in vector.claims ? vector.claims.nonce : undefined,
    ath: 'ath' in vector.claims ? vector.claims.ath : undefined,
  });
});

test('vector: ath is the hash of the grant', async () => {
  const proven = await verifyProvenRequest(vectors.session.body, vectors.session.htu);
  expect(proven.ath).toBe(await sha256Base64url(vectors.session.grant));
});

test('a device key signs, does not leave WebCrypto, and is named by its thumbprint', async () => {
  expect(device.privateKey.extractable).toBe(false);
  expect(device.privateKey.usages).toEqual(['sign']);
  const { kty, crv, x, y } = device.publicJwk;
  expect(Object.keys(device.publicJwk).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  // RFC 7638 section 3: the required members in alphabetical order, no white space.
  expect(device.jkt).toBe(await sha256Base64url(JSON.stringify({ crv, kty, x, y })));
});

test('a proven request carries what was asked for, and nothing else', async () => {
  const plain = await proveRequest(device, { htu, payload });
  const read: { proof: string; payload: string } = JSON.parse(plain);
  expect(read.payload).toBe(payload);
  expect(Object.keys(claimsOf(read.proof) as object).sort()).toEqual(['bh', 'htm', 'htu', 'iat', 'jti']);
  const first = await verifyProvenRequest(plain, htu);
  expect(first).toMatchObject({ payload, jkt: device.jkt, nonce: undefined, ath: undefined });
  const full = await proveRequest(device, { htu, payload, nonce: 'n-1', grant: 'a.b.c' });
  const second = await verifyProvenRequest(full, htu);
  expect(second).toMatchObject({ nonce: 'n-1', ath: await sha256Base64url('a.b.c') });
  expect(second.jti).not.toBe(first.jti);
});

test('a proof holds for its method', async () => {
  const erase = await proveRequest(device, { method: 'DELETE', htu, payload });
  expect((await verifyProvenRequest(erase, htu, 'DELETE')).payload).toBe(payload);
  expect(await verdict(erase)).toBe('proof_invalid');
  const post = await proveRequest(device, { htu, payload });
  expect(await refusal(() => verifyProvenRequest(post, htu, 'DELETE'))).toBe('proof_invalid');
});

test('a proof holds for its address', async () => {
  const text = await proveRequest(device, { htu, payload });
  for (const other of [
    `${htu}/`,
    `${htu}?a=1`,
    'https://keys.example/sessions/x/leases',
    'http://keys.example/sessions',
  ])
    expect(await verdict(text, other)).toBe('proof_invalid');
});

test('a proof holds for its payload, to the byte', async () => {
  const { proof } = JSON.parse(await proveRequest(device, { htu, payload })) as { proof: string };
  expect(await verdict(JSON.stringify({ proof, payload }))).toBe('accepted');
  for (const other of [`${payload} `, payload.replace('1', '2'), ''])
    expect(await verdict(JSON.stringify({ proof, payload: other }))).toBe('proof_invalid');
});

test('a clock that is wrong does not shut anyone out', async () => {
  expect(await verdict(await body({ claims: { iat: 0 } }))).toBe('accepted');
  expect(await verdict(await body({ claims: { iat: 9e9 } }))).toBe('accepted');
});

test.each<[string, object]>([
  ['another method', { htm: 'GET' }],
  ['a method in lower case', { htm: 'post' }],
  ['no method', { htm: undefined }],
  ['no address', { htu: undefined }],
  ['no jti', { jti: undefined }],
  ['an empty jti', { jti: '' }],
  ['a jti that is too long', { jti: 'j'.repeat(257) }],
  ['no iat', { iat: undefined }],
  ['an iat that is text', { iat: 'now' }],
  ['no hash of the body', { bh: undefined }],
  ['a hash of another length', { bh: 'A'.repeat(42) }],
  ['a nonce that is no text', { nonce: 1 }],
  ['a nonce that is too long', { nonce: 'n'.repeat(129) }],
  ['an ath that is no hash', { ath: 'grant' }],
])('a proof with %s is refused', async (_, change) => {
  expect(await verdict(await body({ claims: change }))).toBe('proof_invalid');
});

test.each<[string, object]>([
  ['another type', { typ: 'JWT' }],
  ['no type', { typ: undefined }],
  ['no key', { jwk: undefined }],
  ['a kid', { kid: 'k' }],
  ['a jku', { jku: 'https://attacker.example' }],
  ['crit', { crit: ['exp'] }],
  ['RS256', { alg: 'RS256' }],
  ['none', { alg: 'none' }],
  ['HS256', { alg: 'HS256' }],
])('a proof whose header has %s is refused', async (_, change) => {
  const error = await refusalOf(async () => verifyProvenRequest(await body({ header: change }), htu));
  expect(error).toMatchObject({
    code: 'proof_invalid',
    message: 'The proof has a header that is not allowed.',
  });
});

test.each<[string, object]>([
  ['a private half', { d: toBase64url(new Uint8Array(32)) }],
  ['something more', { use: 'sig' }],
  ['another curve', { crv: 'P-384' }],
  ['another kind', { kty: 'OKP' }],
  ['a secret', { kty: 'oct', k: 'AA' }],
  ['a coordinate of another length', { x: 'AA' }],
  ['no y', { y: undefined }],
  ['a y that is not base64url', { y: `${'A'.repeat(42)}*` }],
])('a proof whose key has %s is refused', async (_, change) => {
  const text = await body({ header: { jwk: { ...device.publicJwk, ...change } } });
  expect((await refusalOf(() => verifyProvenRequest(text, htu)))?.message).toBe(
    'The proof has a header that is not allowed.',
  );
});

test('a key that is no point of the curve is refused', async () => {
  const jwk = { ...device.publicJwk, y: toBase64url(new Uint8Array(32)) };
  expect(await verdict(await body({ header: { jwk } }))).toBe('proof_invalid');
});

test('a proof that its own key did not sign is refused', async () => {
  const stranger = await generateDeviceKey();
  const swapped = await signCompact(
    { ...header(), jwk: stranger.publicJwk },
    await claims(),
    device.privateKey,
  );
  const unsigned = unsignedCompact({ ...header(), alg: 'none' }, await claims());
  const { x = '' } = device.publicJwk;
  const hmac = await signCompact(header(), await claims(), await importHmac(fromBase64url(x)));
  const { proof } = JSON.parse(await body({})) as { proof: string };
  for (const forged of [swapped, unsigned, hmac, withBrokenSignature(proof)])
    expect(await verdict(JSON.stringify({ proof: forged, payload }))).toBe('proof_invalid');
  const error = await refusalOf(() =>
    verifyProvenRequest(JSON.stringify({ proof: withBrokenSignature(proof), payload }), htu),
  );
  expect(error?.message).toBe('The proof has a signature that does not verify.');
});

test('a proof has one spelling and at most 8 KiB', async () => {
  const { proof } = JSON.parse(await body({})) as { proof: string };
  for (const spelling of [`${proof}\n`, ` ${proof}`, `${proof}==`, '', 'a.b.c']) {
    const text = JSON.stringify({ proof: spelling, payload });
    expect((await refusalOf(() => verifyProvenRequest(text, htu)))?.message).toBe('The proof is malformed.');
  }
  const large = await body({ claims: { filler: 'a'.repeat(MAX_TOKEN_BYTES) } });
  expect((await refusalOf(() => verifyProvenRequest(large, htu)))?.message).toBe('The proof is too large.');
});

test.each([
  ['no JSON', 'proof=a&payload=b'],
  ['no object', '[]'],
  ['no proof', '{"payload":""}'],
  ['no payload', '{"proof":""}'],
  ['a payload that is no text', '{"proof":"","payload":{}}'],
  ['something more', '{"proof":"","payload":"","more":1}'],
])('a body with %s is refused', async (_, text) => {
  expect(await verdict(text)).toBe('request_invalid');
});

test('RFC 9449: thumbprint and ath are ours; its proof verifies as far as it goes, and lacks our bh', async () => {
  const head: { jwk: JsonWebKey } = JSON.parse(fromUtf8(fromBase64url(jose.dpop.proof.split('.')[0] ?? '')));
  const { crv, kty, x, y } = head.jwk;
  expect(await sha256Base64url(JSON.stringify({ crv, kty, x, y }))).toBe(jose.dpop.jkt);
  expect(await sha256Base64url(jose.dpop.accessToken)).toBe(jose.dpop.ath);
  const text = JSON.stringify({ proof: jose.dpop.proof, payload: '' });
  const error = await refusalOf(() => verifyProvenRequest(text, jose.dpop.htu));
  expect(error).toMatchObject({ code: 'proof_invalid', message: 'The proof is not valid at "bh".' });
});

test('RFC 7638 section 3.1: the thumbprint is over the required members only', async () => {
  const { e, kty, n } = jose.thumbprint.jwk;
  expect(await sha256Base64url(utf8(JSON.stringify({ e, kty, n })))).toBe(jose.thumbprint.value);
  const pair = await generateKey('issuer');
  const { crv, kty: type, x, y } = pair.publicJwk;
  expect(pair.publicJwk.kid).toBe(await sha256Base64url(JSON.stringify({ crv, kty: type, x, y })));
});
