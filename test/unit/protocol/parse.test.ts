import { parse, parseJson, nameSchema, digestSchema, leaseRequestSchema } from '@secure-call/protocol';
import { expect, test } from 'vitest';
import { refusal, refusalOf } from './refusal.ts';

test('the refusal names the data and the field, never the value', async () => {
  const secret = 'a-token-that-must-not-be-seen';
  const request = { leaseSeq: 1, from: 0, events: [], tracks: [secret] };
  const error = await refusalOf(() => parse(leaseRequestSchema, request, 'lease request'));
  expect(error?.message).toBe('The lease request is not valid at "tracks.0".');
  const whole = await refusalOf(() => parse(nameSchema, 7, 'name'));
  expect(whole?.message).toBe('The name is not valid at "value".');
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
});

test('the caller chooses the code', async () => {
  expect(await refusal(() => parse(nameSchema, '', 'name'))).toBe('request_invalid');
  expect(await refusal(() => parse(nameSchema, '', 'name', 'grant_invalid'))).toBe('grant_invalid');
  expect(await refusal(() => parseJson(nameSchema, '', 'name', 'grant_invalid'))).toBe('grant_invalid');
  expect(await refusal(() => parseJson(nameSchema, '""', 'name', 'proof_invalid'))).toBe('proof_invalid');
});

test('text that is not JSON is refused in words without the text', async () => {
  const error = await refusalOf(() => parseJson(digestSchema, '{secret', 'proof'));
  expect(error).toMatchObject({ code: 'request_invalid', message: 'The proof is not JSON.' });
});

test('what is valid is returned', () => {
  expect(parse(nameSchema, 'Anna', 'name')).toBe('Anna');
  expect(parseJson(nameSchema, '"Anna"', 'name')).toBe('Anna');
});
