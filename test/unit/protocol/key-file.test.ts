import { generateKey, type KeyKind, readKey } from '@secure-call/protocol';
import { expect, test } from 'vitest';
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
