import {
  createEventId,
  base64urlBytes,
  callIdBytes,
  callIdSchema,
  createCallId,
  createPackageId,
  createSessionId,
  digestSchema,
  nameSchema,
  packageIdSchema,
  parse,
  sessionIdSchema,
  toBase64url,
} from '@secure-call/protocol';
import { expect, test } from 'vitest';
import { refusal } from './refusal.ts';

const kinds = [
  ['call', callIdSchema, createCallId],
  ['package', packageIdSchema, createPackageId],
  ['session', sessionIdSchema, createSessionId],
] as const;

test.each(kinds)('a new %s id is 22 characters of base64url, accepted, and new', (_, schema, create) => {
  const id = create();
  expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(parse(schema, id, 'id')).toBe(id);
  expect(create()).not.toBe(id);
});

test.each(kinds)('no new %s id looks like an option of a command', (_, _schema, create) => {
  const ids = Array.from({ length: 2000 }, (): string => create());
  expect(ids.filter(id => id.startsWith('-'))).toEqual([]);
});

test.each(kinds)('a %s id in another spelling is refused', async (_, schema) => {
  const id = 'AAECAwQFBgcICQoLDA0ODw';
  expect(parse(schema, id, 'id')).toBe(id);
  for (const other of [
    `${id.slice(0, -1)}x`,
    `${id}A`,
    id.slice(0, -1),
    `${id}\n`,
    `${id.slice(0, -2)}/w`,
    7,
  ])
    expect(await refusal(() => parse(schema, other, 'id'))).toBe('request_invalid');
});

test('the bytes of a call id are its 16 bytes', () => {
  const id = parse(callIdSchema, 'AAECAwQFBgcICQoLDA0ODw', 'id');
  expect(callIdBytes(id)).toEqual(Uint8Array.from({ length: 16 }, (_, at) => at));
});

test('names have 1 to 256 characters', async () => {
  expect(parse(nameSchema, 'n'.repeat(256), 'name')).toHaveLength(256);
  for (const name of ['', 'n'.repeat(257), null])
    expect(await refusal(() => parse(nameSchema, name, 'name'))).toBe('request_invalid');
});

test.each([16, 32, 40, 65])('base64url of %i bytes has one length and one alphabet', async length => {
  const schema = base64urlBytes(length);
  const text = toBase64url(new Uint8Array(length));
  expect(parse(schema, text, 'bytes')).toBe(text);
  for (const other of [`${text}A`, text.slice(1), `=${text.slice(1)}`, `+${text.slice(1)}`])
    expect(await refusal(() => parse(schema, other, 'bytes'))).toBe('request_invalid');
});

test('a digest is 43 characters', async () => {
  expect(parse(digestSchema, 'A'.repeat(43), 'digest')).toHaveLength(43);
  expect(await refusal(() => parse(digestSchema, 'A'.repeat(44), 'digest'))).toBe('request_invalid');
});

test('an event id is a UUIDv7 that begins with its time', () => {
  const at = new Date('2022-02-22T19:22:22.000Z');
  const ids = Array.from({ length: 200 }, () => createEventId(at));
  // The time is that of the example in RFC 9562 appendix A.6.
  for (const id of ids) expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.map(id => id[19]))).toEqual(new Set(['8', '9', 'a', 'b']));
});
