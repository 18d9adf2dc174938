import {
  ACCESS_EVENT_TYP,
  type AccessEventInput,
  AccessEventChain,
  createSessionId,
  type DeviceKey,
  eventsAnswerSchema,
  eventsRequestSchema,
  generateDeviceKey,
  MAX_TOKEN_BYTES,
  parse,
  sha256Base64url,
  type SignedAccessEvent,
  toBase64url,
  utf8,
  verifyAccessEvent,
} from '@secure-call/protocol';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import vector from '../../vectors/access-event.json' with { type: 'json' };
import { refusal, refusalOf } from './refusal.ts';
import { importHmac, signCompact, unsignedCompact, withBrokenSignature } from './sign-compact.ts';
import { runs } from '../../support/run-counts.ts';

const sid = createSessionId();
const header = { alg: 'ES256', typ: ACCESS_EVENT_TYP };
let device: DeviceKey;

beforeAll(async () => {
  device = await generateDeviceKey();
});

const event = (change: object = {}): object => ({
  v: 1,
  id: '019b76da-a800-7000-8000-000000000001',
  sid,
  eventSeq: 1,
  prev: '',
  type: 'player.ready',
  at: '2026-01-01T00:00:00.000Z',
  mono: 0,
  position: 0,
  ...change,
});

const verdict = async (change: object): Promise<string> => {
  const jws = await signCompact(header, event(change), device.privateKey);
  return refusal(() => verifyAccessEvent(jws, device.publicJwk));
};

test('vector: the chain verifies, link by link', async () => {
  let prev = '';
  for (const { event: told, jws, sha256 } of vector.events) {
    const read = await verifyAccessEvent(jws, vector.device);
    expect(read).toEqual(told);
    expect(read.prev).toBe(prev);
    prev = await sha256Base64url(jws);
    expect(prev).toBe(sha256);
  }
});

const inputs: AccessEventInput[] = [
  { type: 'player.ready', position: 0 },
  { type: 'playback.started', position: 0 },
  { type: 'playback.paused', position: 1 },
  { type: 'playback.resumed', position: 1 },
  { type: 'playback.seeked', from: 1, to: 30, position: 30 },
  { type: 'playback.rate', rate: 1.5, position: 30 },
  { type: 'playback.listened', ranges: [[0, 1]], rate: 1, position: 31 },
  { type: 'playback.ended', position: 60 },
  { type: 'visibility.changed', visible: false, position: 60 },
  { type: 'output.changed', position: 60 },
  { type: 'channel.changed', channel: 1, gain: 0.5, muted: false, position: 60 },
  { type: 'transcript.viewed', position: 60 },
  { type: 'transcript.searched', position: 60 },
  { type: 'watermark.degraded', position: 60 },
  { type: 'integrity.failed', index: 3, why: 'hash', position: 60 },
  { type: 'audit.degraded', position: 60 },
  { type: 'audit.degraded', why: 'unkept', position: 60 },
  { type: 'audit.degraded', why: 'lost', events: 7, position: 60 },
  { type: 'session.locked', position: 60 },
  { type: 'session.unlocked', position: 60 },
  { type: 'client.closed', position: 60 },
];

test.each(inputs)('$type is signed and read back', async input => {
  const at = new Date('2026-01-01T00:00:00Z');
  const signed = await new AccessEventChain(device, sid).sign(input, at, 12.5);
  const read = await verifyAccessEvent(signed.jws, device.publicJwk);
  expect(read).toEqual(signed.event);
  expect(read).toMatchObject({
    ...input,
    v: 1,
    sid,
    eventSeq: 1,
    prev: '',
    mono: 12.5,
    at: at.toISOString(),
  });
  // RFC 9562 section 5.7: version 7.
  expect(read.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
});

test('what is signed ahead takes no place: the next event has its number, and follows the same event', async () => {
  const chain = new AccessEventChain(device, sid);
  const at = new Date('2026-01-01T00:00:00Z');
  const first = await chain.sign({ type: 'player.ready', position: 0 }, at, 1);
  const [closing, next] = await Promise.all([
    chain.signAhead({ type: 'client.closed', position: 0 }, at, 2),
    chain.sign({ type: 'playback.started', position: 0 }, at, 3),
  ]);
  expect([closing.event.eventSeq, next.event.eventSeq]).toEqual([2, 2]);
  expect(await chainHolds([first, closing])).toBe(true);
  expect(await chainHolds([first, next])).toBe(true);
});

async function chainHolds(events: readonly SignedAccessEvent[]): Promise<boolean> {
  let prev = '';
  for (const [place, { jws }] of events.entries()) {
    const read = await verifyAccessEvent(jws, device.publicJwk);
    if (read.eventSeq !== place + 1 || read.prev !== prev) return false;
    prev = await sha256Base64url(jws);
  }
  return true;
}

test('any events signed at once are one chain without gaps; cut, swapped or doubled they are not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...inputs), { minLength: 3, maxLength: 8 }),
      fc.nat(),
      async (told, seed) => {
        const chain = new AccessEventChain(device, sid);
        const events = await Promise.all(told.map((input, at) => chain.sign(input, new Date(at), at)));
        expect(await chainHolds(events)).toBe(true);
        expect(new Set(events.map(({ event: { id } }) => id)).size).toBe(events.length);
        const at = seed % (events.length - 1);
        const [here, next] = [events[at], events[at + 1]];
        if (!here || !next) throw new Error('There are at least two events.');
        expect(await chainHolds(events.toSpliced(at, 1))).toBe(false);
        expect(await chainHolds(events.toSpliced(at, 2, next, here))).toBe(false);
        expect(await chainHolds(events.toSpliced(at, 0, here))).toBe(false);
      },
    ),
    { numRuns: runs(10) },
  );
});

test('an event that could not be signed leaves no gap', async () => {
  const chain = new AccessEventChain(device, sid);
  const [first = inputs[0], second = inputs[0]] = inputs;
  if (!first || !second) throw new Error('There are inputs.');
  const never = chain.sign(first, new Date(Number.NaN), 0);
  const next = chain.sign(second, new Date(0), 1);
  await expect(never).rejects.toThrow(RangeError);
  expect((await next).event).toMatchObject({ eventSeq: 1, prev: '' });
});

test('numbers of 1e999, which JSON reads as infinite, are refused', async () => {
  const told = { ...event(), type: 'playback.listened', ranges: [[0, 1]], rate: 1, mono: 12_345 };
  const text = JSON.stringify(told);
  const sign = (payload: string): Promise<string> => signCompact(header, payload, device.privateKey);
  const verify = async (payload: string): Promise<string> => {
    const jws = await sign(payload);
    return refusal(() => verifyAccessEvent(jws, device.publicJwk));
  };
  expect(await verify(text)).toBe('accepted');
  for (const changed of [text.replace('12345', '1e999'), text.replace('"rate":1', '"rate":1e999')])
    expect(await verify(changed)).toBe('request_invalid');
});

test('an event is the session’s device’s own', async () => {
  const stranger = await generateDeviceKey();
  const genuine = await signCompact(header, event(), device.privateKey);
  expect(await refusal(() => verifyAccessEvent(genuine, device.publicJwk))).toBe('accepted');
  const secret = await importHmac(utf8(JSON.stringify(device.publicJwk)));
  const forged = [
    await signCompact(header, event(), stranger.privateKey),
    await signCompact({ ...header, alg: 'HS256' }, event(), secret),
    await signCompact({ ...header, alg: 'none' }, event(), device.privateKey),
    await signCompact({ ...header, jwk: stranger.publicJwk }, event(), stranger.privateKey),
    await signCompact({ ...header, crit: ['exp'] }, event(), device.privateKey),
    await signCompact({ alg: 'ES256', typ: 'dpop+jwt' }, event(), device.privateKey),
    await signCompact({ alg: 'ES256' }, event(), device.privateKey),
    unsignedCompact({ ...header, alg: 'none' }, event()),
    withBrokenSignature(genuine),
  ];
  for (const jws of forged)
    expect(await refusal(() => verifyAccessEvent(jws, device.publicJwk))).toBe('request_invalid');
});

test('a signed text that is no event is refused', async () => {
  for (const text of ['', '[]', 'null', '"playback.started"', '{']) {
    const jws = await signCompact(header, text, device.privateKey);
    expect(await refusal(() => verifyAccessEvent(jws, device.publicJwk))).toBe('request_invalid');
  }
});

test('an event has one spelling and at most 8 KiB', async () => {
  const jws = await signCompact(header, event(), device.privateKey);
  for (const spelling of [`${jws}\n`, ` ${jws}`, `${jws}==`, '', 'a.b.c']) {
    const error = await refusalOf(() => verifyAccessEvent(spelling, device.publicJwk));
    expect(error).toMatchObject({ code: 'request_invalid', message: 'An event is malformed.' });
  }
  const large = await signCompact(header, event({ at: 'a'.repeat(MAX_TOKEN_BYTES) }), device.privateKey);
  expect((await refusalOf(() => verifyAccessEvent(large, device.publicJwk)))?.message).toBe(
    'An event is too large.',
  );
});

const listened = { type: 'playback.listened', rate: 1 };

test.each<[string, object]>([
  ['another version', { v: 2 }],
  ['an id that is no UUID', { id: '1' }],
  ['a session id of another form', { sid: 's' }],
  ['number 0', { eventSeq: 0 }],
  ['half a number', { eventSeq: 1.5 }],
  ['a prev that is no digest', { prev: 'x' }],
  ['no prev', { prev: undefined }],
  ['an unknown type', { type: 'playback.hacked' }],
  ['a type every object has', { type: 'constructor' }],
  ['a type of the service', { type: 'lease.issued' }],
  ['no type', { type: undefined }],
  ['a time that is too long', { at: 'a'.repeat(41) }],
  ['no monotonic time', { mono: undefined }],
  ['a position below 0', { position: -1 }],
  ['a position beyond any recording', { position: 2 ** 33 }],
  ['no position', { position: undefined }],
  ['something more', { actor: 'someone else' }],
  ['a detail of another type', { visible: true }],
  ['a seek without an end', { type: 'playback.seeked', from: 1 }],
  ['a seek from below 0', { type: 'playback.seeked', from: -1, to: 1 }],
  ['a rate too low', { type: 'playback.rate', rate: 0 }],
  ['a rate too high', { type: 'playback.rate', rate: 16.1 }],
  ['no ranges', { ...listened, ranges: [] }],
  ['too many ranges', { ...listened, ranges: Array.from({ length: 65 }, () => [0, 1]) }],
  ['a range of one end', { ...listened, ranges: [[0]] }],
  ['a range below 0', { ...listened, ranges: [[-1, 1]] }],
  ['a range without a rate', { type: 'playback.listened', ranges: [[0, 1]] }],
  ['a visibility that is text', { type: 'visibility.changed', visible: 'yes' }],
  ['half a channel', { type: 'channel.changed', channel: 0.5, gain: 1, muted: false }],
  ['a channel below 0', { type: 'channel.changed', channel: -1, gain: 1, muted: false }],
  ['a gain below 0', { type: 'channel.changed', channel: 0, gain: -1, muted: false }],
  ['a gain too high', { type: 'channel.changed', channel: 0, gain: 5, muted: false }],
  ['muted as text', { type: 'channel.changed', channel: 0, gain: 1, muted: 'no' }],
  ['a failure for another reason', { type: 'integrity.failed', index: 1, why: 'other' }],
  ['a failure at half an index', { type: 'integrity.failed', index: 0.5, why: 'hash' }],
  ['a failure at an index below 0', { type: 'integrity.failed', index: -1, why: 'hash' }],
])('an event with %s is refused', async (_, change) => {
  expect(await verdict(change)).toBe('request_invalid');
});

test('an event may name the one before it', async () => {
  expect(await verdict({ eventSeq: 2, prev: toBase64url(new Uint8Array(32)) })).toBe('accepted');
});

test('a request brings 1 to 256 events of at most 8 KiB', async () => {
  const check = (events: unknown, more: object = {}): Promise<string> =>
    refusal(() => parse(eventsRequestSchema, { events, ...more }, 'events'));
  expect(await check(['a'.repeat(8192)])).toBe('accepted');
  expect(await check(Array.from({ length: 256 }, () => 'a'))).toBe('accepted');
  for (const events of [[], ['a'.repeat(8193)], Array.from({ length: 257 }, () => 'a'), 'a', [1], undefined])
    expect(await check(events)).toBe('request_invalid');
  expect(await check(['a'], { more: 1 })).toBe('request_invalid');
  expect(parse(eventsAnswerSchema, { ack: 3 }, 'answer')).toEqual({ ack: 3 });
  for (const answer of [{ ack: '3' }, {}, { ack: 3, more: 1 }])
    expect(await refusal(() => parse(eventsAnswerSchema, answer, 'answer'))).toBe('request_invalid');
});
