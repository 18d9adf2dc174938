import { fromProblem, SecureCallError, ServiceRefusal, toProblem } from '@secure-call/protocol';
import { expect, test } from 'vitest';

test('a refusal becomes a problem document with its status, and comes back', () => {
  const refusal = new ServiceRefusal('event_gap', 'An event is missing.', { expectedEventSeq: 4 });
  const problem = toProblem(refusal);
  expect(problem).toEqual({
    title: 'An event is missing.',
    status: 409,
    code: 'event_gap',
    expectedEventSeq: 4,
  });
  const back = fromProblem(JSON.parse(JSON.stringify(problem)));
  expect(back).toBeInstanceOf(SecureCallError);
  expect(back).toMatchObject({ code: 'event_gap', message: 'An event is missing.', expectedEventSeq: 4 });
});

test('nonce and time to come back are carried where they are, and only there', () => {
  const all = { nonce: 'n-1', retryAfterSeconds: 3, expectedEventSeq: 0 };
  expect(toProblem(new ServiceRefusal('rate_limited', 'Later.', all))).toMatchObject({ status: 429, ...all });
  expect(fromProblem({ title: 't', status: 401, code: 'use_dpop_nonce', nonce: 'n-2' })).toMatchObject({
    nonce: 'n-2',
    expectedEventSeq: undefined,
    retryAfterSeconds: undefined,
  });
  expect(Object.keys(toProblem(new ServiceRefusal('not_found', 'No.')))).toEqual(['title', 'status', 'code']);
});

test('the code decides the status, not the document', () => {
  const back = fromProblem({ title: 't', status: 200, code: 'session_revoked' });
  if (!back) throw new Error('This is a problem of ours.');
  expect(toProblem(back).status).toBe(410);
});

test.each([
  ['nothing', undefined],
  ['text', 'error'],
  ['a problem without a code', { title: 't', status: 500 }],
  ['a code of the player', { title: 't', status: 500, code: 'integrity_failed' }],
  ['a code that every object has', { title: 't', status: 500, code: 'toString' }],
  ['a title that is no text', { title: 1, status: 500, code: 'not_found' }],
  ['a status that is no number', { title: 't', status: '404', code: 'not_found' }],
  ['a number that is text', { title: 't', status: 409, code: 'event_gap', expectedEventSeq: '4' }],
])('%s is no problem of ours', (_, data) => {
  expect(fromProblem(data)).toBeUndefined();
});

test('members of other extensions are passed over', () => {
  const data = { type: 'about:blank', title: 't', status: 404, code: 'not_found', instance: '/x' };
  expect(fromProblem(data)).toMatchObject({ code: 'not_found', message: 't' });
});
