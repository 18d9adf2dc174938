import { generateKey, importSigningKey } from '@secure-call/protocol';
import { expect, test } from 'vitest';
import { refusal } from './refusal.ts';

test('a private ES256 key signs under its kid', async () => {
  const { privateJwk } = await generateKey('issuer');
  const { kid, key } = await importSigningKey(privateJwk);
  expect(kid).toBe(privateJwk.kid);
  expect(key).toMatchObject({ type: 'private', extractable: false });
});

test('every other key is refused in words', async () => {
  const { privateJwk, publicJwk } = await generateKey('issuer');
  const { kid: _kid, ...nameless } = privateJwk;
  const unusable = [
    nameless,
    { ...privateJwk, kid: '' },
    publicJwk,
    { ...privateJwk, crv: 'P-384' },
    { ...privateJwk, x: 'AA' },
    { kty: 'oct', kid: '1', d: 'x', k: 'AAAA' },
  ];
  for (const jwk of unusable) expect(await refusal(() => importSigningKey(jwk))).toBe('key_invalid');
});
