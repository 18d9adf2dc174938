import { isServiceErrorCode, SecureCallError, serviceErrorStatus } from '@secure-call/protocol';
import { expect, test } from 'vitest';

test('an error carries code, words and cause', () => {
  const cause = new Error('below');
  const error = new SecureCallError('grant_invalid', 'Words.', { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'SecureCallError', code: 'grant_invalid', message: 'Words.', cause });
});

test('only what may succeed by itself is retryable', () => {
  const retryable = Object.keys(serviceErrorStatus).filter(
    code => isServiceErrorCode(code) && new SecureCallError(code, '').retryable,
  );
  expect(retryable.sort()).toEqual(['audit_unavailable', 'rate_limited', 'use_dpop_nonce']);
  expect(new SecureCallError('service_unreachable', '').retryable).toBe(true);
  expect(new SecureCallError('media_unavailable', '').retryable).toBe(true);
  expect(new SecureCallError('integrity_failed', '').retryable).toBe(false);
});

test('codes of the service are told from the others, and from what every object has', () => {
  expect(isServiceErrorCode('event_gap')).toBe(true);
  for (const code of ['integrity_failed', 'toString', '__proto__', ''])
    expect(isServiceErrorCode(code)).toBe(false);
});

// docs/protocol.md publishes these numbers; a change here is a change of the protocol.
test('every code of the service has its HTTP status', () => {
  expect(serviceErrorStatus).toEqual({
    grant_used: 409,
    grant_expired: 401,
    grant_invalid: 401,
    proof_invalid: 401,
    use_dpop_nonce: 401,
    call_unknown: 404,
    call_erased: 410,
    not_permitted: 403,
    lease_conflict: 409,
    event_fork: 409,
    event_gap: 409,
    events_required: 428,
    session_expired: 410,
    session_revoked: 410,
    rate_limited: 429,
    audit_unavailable: 503,
    request_invalid: 400,
    registration_invalid: 403,
    registration_conflict: 409,
    not_found: 404,
  });
});
