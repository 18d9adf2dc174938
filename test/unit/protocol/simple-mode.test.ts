import {
  HLS_KEYS,
  type KeySetExpectation,
  type OpenedKeySet,
  openKeySet,
  openPublishedManifest,
  openSegment,
  parseManifest,
  pinKey,
  SEGMENT_KEYS,
  utf8,
} from '@secure-call/protocol';
import { describe, expect, test } from 'vitest';
import manifestVector from '../../vectors/manifest.json' with { type: 'json' };
import published from '../../vectors/published-manifest.json' with { type: 'json' };
import vectors from '../../vectors/key-set.json' with { type: 'json' };
import { fromHex } from './hex.ts';

describe('key sets of test/vectors/key-set.json', () => {
  const { content, segments, jwe } = vectors.package;
  const keyIds = segments.map(({ keyId }) => keyId);

  async function expectation(): Promise<KeySetExpectation> {
    const curve = { name: 'ECDH', namedCurve: 'P-256' };
    const privateKey = await crypto.subtle.importKey('jwk', vectors.recipient, curve, false, ['deriveBits']);
    const { call, rev } = content;
    const binding = { call, rev };
    return {
      algorithm: 'ECDH-ES+A256KW',
      privateKey,
      jkt: vectors.jkt,
      kind: SEGMENT_KEYS,
      keyIds,
      binding,
    };
  }

  function keyIn(set: OpenedKeySet, id: string): CryptoKey {
    const key = set.keys.get(id);
    if (!key) throw new Error(`There is no key ${id}.`);
    return key;
  }

  async function expectSegmentsOpen(set: OpenedKeySet): Promise<void> {
    expect([...set.keys.keys()]).toEqual(keyIds);
    for (const { keyId, stored, plaintext } of segments)
      expect(await openSegment(keyIn(set, keyId), fromHex(stored))).toEqual(fromHex(plaintext));
  }

  test('a package’s set holds the keys of its segments', async () => {
    const set = await openKeySet(jwe, await expectation());
    expect([set.iat, set.exp]).toEqual([content.iat, content.exp]);
    await expectSegmentsOpen(set);
  });

  test('the same, sealed to an RSA key', async () => {
    const { recipient } = vectors.rsa;
    const rsa = { name: 'RSA-OAEP', hash: 'SHA-256' };
    const privateKey = await crypto.subtle.importKey('jwk', recipient, rsa, false, ['decrypt']);
    const expected = { ...(await expectation()), algorithm: 'RSA-OAEP-256', privateKey } as const;
    await expectSegmentsOpen(await openKeySet(vectors.rsa.jwe, expected));
  });

  test('a set for plain HLS names no call, and its key opens a segment of METHOD=AES-128', async () => {
    const [segment] = vectors.hls.segments;
    if (!segment) throw new Error('The vector has no segment.');
    const { binding: _package, ...rest } = await expectation();
    const set = await openKeySet(vectors.hls.jwe, { ...rest, kind: HLS_KEYS, keyIds: [segment.keyId] });
    const algorithm = { name: 'AES-CBC', iv: fromHex(segment.iv) };
    const key = keyIn(set, segment.keyId);
    const opened = await crypto.subtle.decrypt(algorithm, key, fromHex(segment.stored));
    expect(new Uint8Array(opened)).toEqual(fromHex(segment.plaintext));
  });

  test.each(vectors.refused)('refused: a set $why', async ({ jwe }) => {
    const refusal: unknown = await openKeySet(jwe, await expectation()).catch((error: unknown) => error);
    // It is sealed as it should be: what is wrong is what the vector says.
    const message = expect.not.stringContaining('was not sealed') as string;
    expect(refusal).toMatchObject({ code: 'authorize_failed', message });
  });
});

describe('manifests of test/vectors/published-manifest.json', () => {
  const trusted = [pinKey(published.packager)];

  test('what the packager signed is the manifest’s exact text', async () => {
    const expected = parseManifest(utf8(manifestVector.text));
    expect(await openPublishedManifest(published.jws, trusted)).toEqual(expected);
    const [, payload = ''] = published.jws.split('.');
    expect(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).toBe(manifestVector.text);
  });

  test.each(published.refused)('refused: $why', async ({ jws }) => {
    await expect(openPublishedManifest(jws, trusted)).rejects.toMatchObject({ code: 'integrity_failed' });
  });
});
