import {
  agreeSessionSecret,
  type Bytes,
  concat,
  createCallId,
  createSessionId,
  deriveLeaseKey,
  ecdhPointSchema,
  type EcdhPoints,
  fromBase64url,
  generateEcdhKey,
  type LeaseBinding,
  leaseAnswerSchema,
  leaseInfo,
  leaseRequestSchema,
  leaseSchema,
  openSegment,
  parse,
  randomBytes,
  sealSegment,
  toBase64url,
  unwrapSegmentKey,
  wrapSegmentKey,
} from '@secure-call/protocol';
import { expect, test } from 'vitest';
import vectors from '../../vectors/lease.json' with { type: 'json' };
import ecdh from '../../vectors/published/ecdh-p256.json' with { type: 'json' };
import keyWrap from '../../vectors/published/aes-key-wrap.json' with { type: 'json' };
import { fromHex, toHex } from './hex.ts';
import { refusal } from './refusal.ts';

const importEcdh = (jwk: { d: string; x: string; y: string }): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    'jwk',
    { kty: 'EC', crv: 'P-256', d: jwk.d, x: jwk.x, y: jwk.y },
    { name: 'ECDH', namedCurve: 'P-256' },
    false,
    ['deriveKey'],
  );

const importAes = (key: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', key, 'AES-GCM', true, ['encrypt', 'decrypt']);

const importKek = (key: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', key, 'AES-KW', false, ['wrapKey', 'unwrapKey']);

const importSecret = (secret: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);

const points: EcdhPoints = { epk: vectors.service.point, device: vectors.device.point };

async function opens(key: CryptoKey, sealedWith: Bytes): Promise<boolean> {
  const stored = await sealSegment(await importAes(sealedWith), Uint8Array.of(1, 2, 3));
  return (await refusal(() => openSegment(key, stored))) === 'accepted';
}

test.each(vectors.cases)('vector: lease $binding.leaseSeq from both ends', async vector => {
  const binding = vector.binding as LeaseBinding;
  expect(toHex(leaseInfo(binding))).toBe(vector.info);
  const segmentKey = fromHex(vectors.segmentKey);
  const ends = [
    [vectors.service.privateJwk, points.device],
    [vectors.device.privateJwk, points.epk],
  ] as const;
  for (const [own, other] of ends) {
    const secret = await agreeSessionSecret(await importEcdh(own), other);
    const leaseKey = await deriveLeaseKey(secret, points, binding);
    expect(await wrapSegmentKey(leaseKey, await importAes(segmentKey))).toBe(vector.wrapped);
    expect(await opens(await unwrapSegmentKey(leaseKey, vector.wrapped), segmentKey)).toBe(true);
  }
  const published = await importKek(fromHex(vector.kek));
  expect(await wrapSegmentKey(published, await importAes(segmentKey))).toBe(vector.wrapped);
});

test('the salt is the hash of both points, the service’s first', async () => {
  const digest = await crypto.subtle.digest(
    'SHA-256',
    concat(fromBase64url(points.epk), fromBase64url(points.device)),
  );
  expect(toHex(new Uint8Array(digest))).toBe(vectors.salt);
});

test.each(keyWrap.tests)('AES-KW: $name', async ({ key, msg, ct, result }) => {
  const kek = await importKek(fromHex(key));
  const wrapped = toBase64url(fromHex(ct));
  if (result === 'invalid') {
    expect(await refusal(() => unwrapSegmentKey(kek, wrapped))).toBe('integrity_failed');
    return;
  }
  expect(await wrapSegmentKey(kek, await importAes(fromHex(msg)))).toBe(wrapped);
  expect(await opens(await unwrapSegmentKey(kek, wrapped), fromHex(msg))).toBe(true);
});

test.each(ecdh.tests)('ECDH P-256: $name', async vector => {
  const uncompressed = concat(
    Uint8Array.of(4),
    fromBase64url(vector.public.x),
    fromBase64url(vector.public.y),
  );
  const own = await importEcdh(vector.private);
  const agree = (): Promise<CryptoKey> => agreeSessionSecret(own, toBase64url(uncompressed));
  if (vector.result === 'invalid') {
    expect(await refusal(agree)).toBe('request_invalid');
    return;
  }
  // The secret is not extractable, so it is compared by what is derived from it.
  const binding = vectors.cases[0]?.binding as LeaseBinding;
  const [ours, published] = await Promise.all(
    [await agree(), await importSecret(fromHex(vector.shared))].map(secret =>
      deriveLeaseKey(secret, points, binding),
    ),
  );
  const key = await importAes(randomBytes(32));
  if (!ours || !published) throw new Error('Two keys were derived.');
  expect(await wrapSegmentKey(ours, key)).toBe(await wrapSegmentKey(published, key));
});

test.each([
  ['empty', ''],
  ['of the wrong length', toBase64url(new Uint8Array(64))],
  ['at infinity', toBase64url(new Uint8Array(1))],
  ['not base64url', '*'.repeat(87)],
])('a point that is %s is refused', async (_, point) => {
  const own = await generateEcdhKey();
  expect(await refusal(() => agreeSessionSecret(own.privateKey, point))).toBe('request_invalid');
});

async function wrappedKey() {
  const [service, device] = [await generateEcdhKey(true), await generateEcdhKey()];
  const binding: LeaseBinding = {
    tenant: 'region-x',
    sid: createSessionId(),
    call: createCallId(),
    rev: 1,
    leaseSeq: 4,
    jkt: toBase64url(randomBytes(32)),
  };
  const ownPoints = { epk: service.publicPoint, device: device.publicPoint };
  const sealing = await agreeSessionSecret(service.privateKey, device.publicPoint);
  const segmentKey = await importAes(randomBytes(32));
  const wrapped = await wrapSegmentKey(await deriveLeaseKey(sealing, ownPoints, binding), segmentKey);
  const secret = await agreeSessionSecret(device.privateKey, service.publicPoint);
  return { service, device, binding, ownPoints, secret, wrapped };
}

test('a wrapped key opens under its own lease only', async () => {
  const { binding, ownPoints, secret, wrapped } = await wrappedKey();
  const tryWith = (place: LeaseBinding, at: EcdhPoints, from: CryptoKey = secret): Promise<string> =>
    refusal(async () => unwrapSegmentKey(await deriveLeaseKey(from, at, place), wrapped));
  expect(await tryWith(binding, ownPoints)).toBe('accepted');
  const moved: LeaseBinding[] = [
    { ...binding, tenant: 'region-y' },
    { ...binding, sid: createSessionId() },
    { ...binding, call: createCallId() },
    { ...binding, rev: 2 },
    { ...binding, leaseSeq: 5 },
    { ...binding, jkt: toBase64url(randomBytes(32)) },
  ];
  for (const place of moved) expect(await tryWith(place, ownPoints)).toBe('integrity_failed');
  const other = await generateEcdhKey();
  expect(await tryWith(binding, { ...ownPoints, epk: other.publicPoint })).toBe('integrity_failed');
  expect(await tryWith(binding, { ...ownPoints, device: other.publicPoint })).toBe('integrity_failed');
  const swapped = { epk: ownPoints.device, device: ownPoints.epk };
  expect(await tryWith(binding, swapped)).toBe('integrity_failed');
  const stranger = await agreeSessionSecret(other.privateKey, ownPoints.epk);
  expect(await tryWith(binding, ownPoints, stranger)).toBe('integrity_failed');
});

test('a wrapped key that was changed, cut or lengthened is refused', async () => {
  const { binding, ownPoints, secret, wrapped } = await wrappedKey();
  const leaseKey = await deriveLeaseKey(secret, ownPoints, binding);
  const bytes = fromBase64url(wrapped);
  const spoiled = [
    ...Array.from(bytes, (byte, at) => {
      const turned = bytes.slice();
      turned[at] = byte ^ 1;
      return turned;
    }),
    bytes.slice(0, 32),
    concat(bytes, new Uint8Array(8)),
    new Uint8Array(0),
  ];
  for (const other of spoiled)
    expect(await refusal(() => unwrapSegmentKey(leaseKey, toBase64url(other)))).toBe('integrity_failed');
});

test('nothing the browser holds leaves WebCrypto', async () => {
  const { device, binding, ownPoints, secret, wrapped } = await wrappedKey();
  const leaseKey = await deriveLeaseKey(secret, ownPoints, binding);
  const segmentKey = await unwrapSegmentKey(leaseKey, wrapped);
  expect([device.privateKey, secret, leaseKey, segmentKey].map(key => key.extractable)).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(segmentKey.usages).toEqual(['decrypt']);
  expect((await generateEcdhKey(true)).privateKey.extractable).toBe(true);
});

test('a new point is an uncompressed one', async () => {
  const { publicPoint } = await generateEcdhKey();
  expect(parse(ecdhPointSchema, publicPoint, 'point')).toBe(publicPoint);
  expect(fromBase64url(publicPoint)[0]).toBe(4);
});

const key = { track: 'audio', index: 1, variant: 0, wrapped: toBase64url(new Uint8Array(40)) };
const lease = { leaseSeq: 0, from: 0, to: 12, keys: [key], useForSeconds: 30 };
const request = { leaseSeq: 1, from: 12, events: ['a.b.c'] };

test('leases and requests as the protocol has them are accepted', () => {
  expect(parse(leaseSchema, lease, 'lease')).toEqual(lease);
  const answer = { ...lease, ack: 0, epoch: 0, nonce: 'n', serverTime: 1 };
  expect(parse(leaseAnswerSchema, answer, 'answer')).toEqual(answer);
  expect(parse(leaseRequestSchema, request, 'request')).toEqual(request);
  expect(parse(leaseRequestSchema, { ...request, tracks: [] }, 'request').tracks).toEqual([]);
});

test.each([
  ['a track of another name', { keys: [{ ...key, track: 'video' }] }],
  ['a fraction of an index', { keys: [{ ...key, index: 0.5 }] }],
  ['an index below 0', { keys: [{ ...key, index: -1 }] }],
  ['an index beyond 32 bits', { keys: [{ ...key, index: 2 ** 32 }] }],
  ['a variant of another number', { keys: [{ ...key, variant: 3 }] }],
  ['a wrapped key of another length', { keys: [{ ...key, wrapped: toBase64url(new Uint8Array(24)) }] }],
  ['a key with something more', { keys: [{ ...key, raw: 'x' }] }],
  ['more keys than there may be', { keys: Array.from({ length: 8193 }, () => key) }],
  ['a start below 0', { from: -1 }],
  ['an end that is no number', { to: Number.NaN }],
  ['an end beyond any recording', { to: 2 ** 33 }],
  ['no time to use it', { useForSeconds: 0 }],
  ['too much time to use it', { useForSeconds: 601 }],
  ['something more', { more: 1 }],
])('a lease with %s is refused', async (_, change) => {
  expect(await refusal(() => parse(leaseSchema, { ...lease, ...change }, 'lease'))).toBe('request_invalid');
});

test.each([
  ['number 0', { leaseSeq: 0 }],
  ['half a number', { leaseSeq: 1.5 }],
  ['a start below 0', { from: -0.1 }],
  ['a start that is no number', { from: '0' }],
  ['an unknown track', { tracks: ['video'] }],
  ['too many tracks', { tracks: ['audio', 'audio', 'audio', 'audio', 'audio'] }],
  ['an event that is too large', { events: ['a'.repeat(8193)] }],
  ['too many events', { events: Array.from({ length: 257 }, () => 'a') }],
  ['something more', { more: 1 }],
])('a lease request with %s is refused', async (_, change) => {
  const changed = { ...request, ...change };
  expect(await refusal(() => parse(leaseRequestSchema, changed, 'request'))).toBe('request_invalid');
});

test.each([
  ['no nonce', { nonce: '' }],
  ['half an acknowledgement', { ack: 0.5 }],
  ['an epoch below 0', { epoch: -1 }],
  ['a time that is no number', { serverTime: 'now' }],
  ['something more', { more: 1 }],
])('a lease answer with %s is refused', async (_, change) => {
  const answer = { ...lease, ack: 0, epoch: 0, nonce: 'n', serverTime: 1, ...change };
  expect(await refusal(() => parse(leaseAnswerSchema, answer, 'answer'))).toBe('request_invalid');
});
