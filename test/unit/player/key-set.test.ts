import { CompactEncrypt, exportJWK, importJWK, type JWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createCallId,
  generateKey,
  generateKeySetRecipient,
  HLS_KEYS,
  type KeyPair,
  type KeySetExpectation,
  type KeySetRecipient,
  openKeySet,
  openPublishedManifest,
  pinKey,
  publishManifest,
  SEGMENT_KEYS,
  toBase64url,
  utf8,
} from '@secure-call/protocol';
import vector from '../../vectors/manifest.json' with { type: 'json' };

const jkt = 'A'.repeat(43);
const call = createCallId();
const ids = ['p/audio/0/0', 'p/audio/0/1'];
let recipient: KeySetRecipient;

beforeAll(async () => {
  recipient = await generateKeySetRecipient('ECDH-ES+A256KW');
});

const key = (kid: string, bytes = 32): object => ({
  kty: 'oct',
  kid,
  k: toBase64url(new Uint8Array(bytes).fill(kid.length)),
});
const content = (): Record<string, unknown> => ({
  call,
  rev: 1,
  jkt,
  iat: 1_767_225_600,
  exp: 1_767_225_900,
  keys: { keys: ids.map(id => key(id)) },
});
const expectation = (): KeySetExpectation => ({
  algorithm: 'ECDH-ES+A256KW',
  privateKey: recipient.privateKey,
  jkt,
  kind: SEGMENT_KEYS,
  keyIds: ids,
  binding: { call, rev: 1 },
});

async function seal(
  plaintext: string | Record<string, unknown>,
  header: object = {},
  publicJwk: JWK = recipient.publicJwk,
): Promise<string> {
  const alg = publicJwk.alg ?? '';
  return new CompactEncrypt(utf8(typeof plaintext === 'string' ? plaintext : JSON.stringify(plaintext)))
    .setProtectedHeader({ alg, enc: 'A256GCM', ...header })
    .encrypt(await importJWK(publicJwk, alg));
}

async function expectRefusal(jwe: string, words: string, expected = expectation()): Promise<void> {
  const opened = openKeySet(jwe, expected);
  await expect(opened).rejects.toMatchObject({ code: 'authorize_failed' });
  await expect(opened).rejects.toThrow(words);
}

describe('a key set for this player', () => {
  test('gives keys that decrypt and cannot be exported, and its own times', async () => {
    const set = await openKeySet(await seal(content()), expectation());
    expect([...set.keys.keys()]).toEqual(ids);
    for (const opened of set.keys.values())
      expect(opened).toMatchObject({
        extractable: false,
        usages: ['decrypt'],
        algorithm: { name: 'AES-GCM' },
      });
    expect(set).toMatchObject({ iat: 1_767_225_600, exp: 1_767_225_900 });
  });

  test('may be sealed by RSA where the player chose it', async () => {
    const rsa = await generateKeySetRecipient('RSA-OAEP-256');
    const expected = { ...expectation(), algorithm: 'RSA-OAEP-256' as const, privateKey: rsa.privateKey };
    const jwe = await seal(content(), {}, rsa.publicJwk);
    expect((await openKeySet(jwe, expected)).keys.size).toBe(2);
    await expectRefusal(jwe, 'algorithm');
  });

  test('needs no call for plain HLS, and brings keys of 16 bytes', async () => {
    const { binding: _binding, ...expected } = {
      ...expectation(),
      kind: HLS_KEYS,
      keyIds: ['https://k.example/1'],
    };
    const { call: _call, rev: _rev, ...plain } = content();
    const keys = { keys: [key('https://k.example/1', 16)] };
    const set = await openKeySet(await seal({ ...plain, keys }), expected);
    expect(set.keys.get('https://k.example/1')?.algorithm).toMatchObject({ name: 'AES-CBC', length: 128 });
  });
});

describe('a key set is refused', () => {
  test.each([
    ['for another player', { jkt: 'B'.repeat(43) }, 'another player'],
    ['for another call', { call: createCallId() }, 'another call'],
    ['for another revision', { rev: 2 }, 'another call'],
    ['without a call', { call: undefined }, 'another call'],
    ['expired when it was made', { exp: 1_767_225_600 }, 'expired'],
    ['living too long', { exp: 1_767_225_901 }, 'longer'],
    ['without times', { exp: undefined }, 'not valid at "exp"'],
    ['lacking a key', { keys: { keys: [key('p/audio/0/0')] } }, 'lacks a key'],
    ['naming a key twice', { keys: { keys: [...ids, ...ids].map(id => key(id)) } }, 'twice'],
    ['with a short key', { keys: { keys: ids.map(id => key(id, 16)) } }, 'wrong length'],
    ['with a key of another kind', { keys: { keys: [{ kty: 'RSA', kid: 'p', k: 'A' }] } }, 'kty'],
    ['with a member nobody knows', { admin: true }, 'not valid'],
  ])('%s', async (_why, change, words) => {
    await expectRefusal(await seal({ ...content(), ...change }), words);
  });

  test('of other text', async () => {
    await expectRefusal('', 'malformed');
    await expectRefusal('a.b.c.d.e', 'malformed');
    await expectRefusal(await seal('no JSON'), 'not JSON');
    await expectRefusal('A'.repeat(300_000), 'too large');
  });

  test('of another content encryption', async () => {
    await expectRefusal(await seal(content(), { enc: 'A128CBC-HS256' }), 'algorithm');
  });

  test('of a key management nobody asked for', async () => {
    const direct = new Uint8Array(32);
    const jwe = await new CompactEncrypt(utf8(JSON.stringify(content())))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(direct);
    await expectRefusal(jwe, 'algorithm');
  });

  test.each([{ zip: 'DEF' }, { jku: 'https://elsewhere.example' }, { p2c: 1_000_000 }])(
    'with the header %o',
    async header => {
      const [first = '', ...rest] = (await seal(content())).split('.');
      const decoded = JSON.parse(Buffer.from(first, 'base64url').toString()) as object;
      const changed = toBase64url(utf8(JSON.stringify({ ...decoded, ...header })));
      await expectRefusal([changed, ...rest].join('.'), 'header that is not allowed');
    },
  );

  test('sealed to someone else, or changed on its way', async () => {
    const other = await generateKeySetRecipient('ECDH-ES+A256KW');
    await expectRefusal(await seal(content(), {}, other.publicJwk), 'not sealed to this player');
    const parts = (await seal(content())).split('.');
    parts[3] = `${parts[3]?.startsWith('A') ? 'B' : 'A'}${parts[3]?.slice(1)}`;
    await expectRefusal(parts.join('.'), 'not sealed to this player');
  });
});

test('the private half of the key never leaves the player', async () => {
  await expect(exportJWK(recipient.privateKey)).rejects.toThrow();
});

describe('a published manifest', () => {
  let packager: KeyPair;
  const bytes = utf8(vector.text);

  beforeAll(async () => {
    packager = await generateKey('packager');
  });

  test('is opened by who trusts its packager, and by no one else', async () => {
    const jws = await publishManifest(bytes, packager.privateJwk);
    const manifest = await openPublishedManifest(jws, [pinKey(packager.publicJwk)]);
    expect(manifest).toEqual(JSON.parse(vector.text));
    const stranger = await generateKey('packager');
    const opened = openPublishedManifest(jws, [pinKey(stranger.publicJwk)]);
    await expect(opened).rejects.toMatchObject({ code: 'integrity_failed' });
  });

  test('is refused when one character was changed, and made of manifests only', async () => {
    const [header, payload = '', signature] = (await publishManifest(bytes, packager.privateJwk)).split('.');
    const text = Buffer.from(payload, 'base64url').toString().replace('"rev":1', '"rev":2');
    const changed = [header, toBase64url(utf8(text)), signature].join('.');
    const opened = openPublishedManifest(changed, [pinKey(packager.publicJwk)]);
    await expect(opened).rejects.toMatchObject({ code: 'integrity_failed' });
    await expect(publishManifest(utf8('{}'), packager.privateJwk)).rejects.toMatchObject({
      code: 'request_invalid',
    });
  });
});
