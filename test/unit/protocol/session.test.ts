import {
  createCallId,
  createSessionId,
  emptyPayloadSchema,
  parse,
  pushMessageSchema,
  sessionAnswerSchema,
  sessionRequestSchema,
  toBase64url,
} from '@secure-call/protocol';
import { expect, test } from 'vitest';
import { refusal } from './refusal.ts';

const point = toBase64url(new Uint8Array(65));
const request = { grant: 'a.b.c', ecdh: point };

test.each<[string, object]>([
  ['a grant over 8 KiB', { grant: 'a'.repeat(8193) }],
  ['no grant', { grant: undefined }],
  ['a point of another length', { ecdh: toBase64url(new Uint8Array(64)) }],
  ['something more', { more: 1 }],
])('a session request with %s is refused', async (_, change) => {
  expect(parse(sessionRequestSchema, request, 'request')).toEqual(request);
  const changed = { ...request, ...change };
  expect(await refusal(() => parse(sessionRequestSchema, changed, 'request'))).toBe('request_invalid');
});

const answer = {
  session: createSessionId(),
  policy: { windowSeconds: 12, ahead: 2, maxRate: 2, expiresAt: 1, purpose: 'TREAT' },
  watermark: {
    id: 7,
    key: toBase64url(new Uint8Array(32)),
    required: true,
    visible: { name: 'Anna Lind', unit: 'Advice line' },
  },
  media: { base: 'https://media.example/a/b/' },
  tenant: 'region-x',
  call: createCallId(),
  manifest: 'e30',
  firstHashes: 'AA',
  epk: point,
  lease: { leaseSeq: 0, from: 0, to: 12, keys: [], useForSeconds: 30 },
  nonce: 'n',
  serverTime: 1,
};
const { policy, watermark } = answer;

test('a session answer as the protocol has it is accepted', () => {
  expect(parse(sessionAnswerSchema, answer, 'answer')).toEqual(answer);
});

test.each<[string, object]>([
  ['a session id of another form', { session: 's' }],
  ['a window of no time', { policy: { ...policy, windowSeconds: 0.5 } }],
  ['a window too long', { policy: { ...policy, windowSeconds: 121 } }],
  ['no window ahead', { policy: { ...policy, ahead: 0 } }],
  ['half a window ahead', { policy: { ...policy, ahead: 1.5 } }],
  ['too many windows ahead', { policy: { ...policy, ahead: 9 } }],
  ['a rate below 0', { policy: { ...policy, maxRate: -1 } }],
  ['an end that is text', { policy: { ...policy, expiresAt: 'soon' } }],
  ['no purpose', { policy: { ...policy, purpose: '' } }],
  ['something more in the policy', { policy: { ...policy, more: 1 } }],
  ['something more in the watermark', { watermark: { ...watermark, more: 1 } }],
  ['something more to show', { watermark: { ...watermark, visible: { ...watermark.visible, more: 1 } } }],
  ['something more about the place', { media: { ...answer.media, more: 1 } }],
  ['a watermark id below 0', { watermark: { ...watermark, id: -1 } }],
  ['half a watermark id', { watermark: { ...watermark, id: 0.5 } }],
  ['a watermark id beyond 32 bits', { watermark: { ...watermark, id: 2 ** 32 } }],
  ['a watermark key of another length', { watermark: { ...watermark, key: 'AA' } }],
  ['a watermark that may be required', { watermark: { ...watermark, required: 'yes' } }],
  ['no name to show', { watermark: { ...watermark, visible: { name: '', unit: 'U' } } }],
  ['a place that is no URL', { media: { base: '/a/b/' } }],
  ['no tenant', { tenant: '' }],
  ['a call id of another form', { call: 'c' }],
  ['no manifest', { manifest: undefined }],
  ['no hashes', { firstHashes: undefined }],
  ['a point of another length', { epk: 'AA' }],
  ['no lease', { lease: undefined }],
  ['no nonce', { nonce: '' }],
  ['no time', { serverTime: undefined }],
  ['something more', { more: 1 }],
])('a session answer with %s is refused', async (_, change) => {
  const changed = { ...answer, ...change };
  expect(await refusal(() => parse(sessionAnswerSchema, changed, 'answer'))).toBe('request_invalid');
});

test('push messages are of four types', async () => {
  const accepted = [
    { type: 'epoch', epoch: 3, serverTime: 1 },
    { type: 'revoked', serverTime: 1 },
    { type: 'expired', serverTime: 1 },
    { type: 'erased', serverTime: 1 },
  ];
  for (const message of accepted) expect(parse(pushMessageSchema, message, 'push')).toEqual(message);
  const refused = [
    { type: 'epoch', serverTime: 1 },
    { type: 'revoked' },
    { type: 'erased', serverTime: '1' },
    ...accepted.map(message => Object.assign({ more: 1 }, message)),
    { type: 'resumed', serverTime: 1 },
    {},
  ];
  for (const message of refused)
    expect(await refusal(() => parse(pushMessageSchema, message, 'push'))).toBe('request_invalid');
});

test('an empty payload is empty', async () => {
  expect(parse(emptyPayloadSchema, {}, 'payload')).toEqual({});
  expect(await refusal(() => parse(emptyPayloadSchema, { more: 1 }, 'payload'))).toBe('request_invalid');
});
