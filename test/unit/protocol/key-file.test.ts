import { asArchiveAlgorithm, generateKey, type KeyKind, readKey, toBase64url } from '@secure-call/protocol';
import { describe, expect, test } from 'vitest';
import { refusal, refusalOf } from './refusal.ts';

const kinds: readonly KeyKind[] = ['archive', 'packager', 'issuer', 'auditor', 'service'];

test.each(kinds)('a new %s key is read back in both halves', async kind => {
  const { privateJwk, publicJwk } = await generateKey(kind);
  expect(readKey(privateJwk, kind, 'private')).toEqual(privateJwk);
  expect(readKey(privateJwk, kind, 'public')).toEqual(publicJwk);
  expect(readKey(publicJwk, kind, 'public')).toEqual(publicJwk);
  expect(publicJwk).toMatchObject(
    kind === 'archive' ? { alg: 'ECDH-ES+A256KW', use: 'enc' } : { alg: 'ES256', use: 'sig' },
  );
});

test.each(kinds)('the public half of a %s key holds no secret', async kind => {
  const { privateJwk, publicJwk } = await generateKey(kind);
  expect(Object.keys(publicJwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  expect(Object.keys(readKey(privateJwk, kind, 'public')).sort()).toEqual(Object.keys(publicJwk).sort());
  expect('k' in privateJwk).toBe(kind === 'service');
});

test.each(kinds)('the public half of a %s key does not do for the private one', async kind => {
  const { publicJwk } = await generateKey(kind);
  const error = await refusalOf(() => readKey(publicJwk, kind, 'private'));
  expect(error?.code).toBe('key_invalid');
  expect(error?.message).toContain('the private half is needed');
});

test('a signing key is no archive key and the other way round', async () => {
  const [archive, packager] = [await generateKey('archive'), await generateKey('packager')];
  const error = await refusalOf(() => readKey(packager.publicJwk, 'archive', 'public'));
  expect(error).toMatchObject({ code: 'key_invalid', message: 'This is not an archive key.' });
  expect((await refusalOf(() => readKey(archive.publicJwk, 'packager', 'public')))?.message).toBe(
    'This is not a packager key.',
  );
});

test('a service key needs its secret', async () => {
  const { privateJwk } = await generateKey('service');
  const { k: _k, ...without } = privateJwk;
  expect((await refusalOf(() => readKey(without, 'service', 'private')))?.message).toContain(
    'keygen service',
  );
  const packager = await generateKey('packager');
  expect(await refusal(() => readKey(packager.privateJwk, 'packager', 'private'))).toBe('accepted');
});

test('what is no key is refused in words that show nothing of it', async () => {
  const { privateJwk } = await generateKey('issuer');
  const spoiled = [
    undefined,
    null,
    'text',
    [],
    {},
    { ...privateJwk, kty: 'RSA' },
    { ...privateJwk, crv: 'P-384' },
    { ...privateJwk, x: 1 },
    { ...privateJwk, y: undefined },
    { ...privateJwk, kid: undefined },
    { ...privateJwk, alg: 'HS256' },
  ];
  for (const data of spoiled) {
    const error = await refusalOf(() => readKey(data, 'issuer', 'private'));
    expect(error).toMatchObject({ code: 'key_invalid', message: 'This is not an issuer key.' });
    expect(String(error)).not.toContain(privateJwk.d ?? 'no private half');
  }
});

describe('an archive key for an HSM or a KMS', () => {
  test('is RSA of 3072 bits, and is read back in both halves', async () => {
    const { privateJwk, publicJwk } = await generateKey('archive', 'RSA-OAEP-256');
    expect(publicJwk).toMatchObject({ kty: 'RSA', alg: 'RSA-OAEP-256', use: 'enc' });
    expect(atob((publicJwk.n ?? '').replaceAll('-', '+').replaceAll('_', '/'))).toHaveLength(3072 / 8);
    expect(Object.keys(publicJwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(readKey(privateJwk, 'archive', 'private')).toEqual(privateJwk);
    expect(readKey(privateJwk, 'archive', 'public')).toEqual(publicJwk);
    expect((await refusalOf(() => readKey(publicJwk, 'archive', 'private')))?.message).toContain(
      'the private half is needed',
    );
  });

  const ofBits = (bits: number): object => {
    const modulus = new Uint8Array(Math.ceil(bits / 8)).fill(0xff);
    modulus[0] = 0xff >> (modulus.length * 8 - bits);
    return { kty: 'RSA', n: toBase64url(modulus), e: 'AQAB', kid: 'a', alg: 'RSA-OAEP-256' };
  };

  test.each([
    [1024, 'key_invalid'],
    [2047, 'key_invalid'],
    [2048, 'accepted'],
    [8192, 'accepted'],
    [8193, 'key_invalid'],
  ])('of %i bits: %s', async (bits, verdict) => {
    expect(await refusal(() => readKey(ofBits(bits), 'archive', 'public'))).toBe(verdict);
  });

  test('is refused with leading zeros in place of bits, with another algorithm, or without a modulus', async () => {
    const padded = new Uint8Array(256).fill(0xff, 129);
    for (const change of [
      { n: toBase64url(padded) },
      { n: '*' },
      { n: '' },
      { n: undefined },
      { alg: 'RSA-OAEP' },
      { alg: 'RSA1_5' },
      { alg: 'ECDH-ES+A256KW' },
    ])
      expect(await refusal(() => readKey({ ...ofBits(2048), ...change }, 'archive', 'public'))).toBe(
        'key_invalid',
      );
    expect(await refusal(() => readKey(ofBits(2048), 'packager', 'public'))).toBe('key_invalid');
  });

  test('only two algorithms seal', () => {
    expect(['ECDH-ES+A256KW', 'RSA-OAEP-256'].map(asArchiveAlgorithm)).not.toContain(undefined);
    for (const alg of ['RSA-OAEP', 'RSA1_5', 'ECDH-ES', 'dir', '', undefined])
      expect(asArchiveAlgorithm(alg)).toBeUndefined();
  });
});
