/// <reference types="vite/client" />
import {
  asSecureCallError,
  isServiceErrorCode,
  SecureCallError,
  serviceErrorStatus,
} from '@secure-call/protocol';
import { expect, test } from 'vitest';
import protocolDocument from '../../../docs/protocol.md?raw';

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
  expect(retryable.sort()).toEqual([
    'archive_unavailable',
    'audit_unavailable',
    'rate_limited',
    'use_dpop_nonce',
  ]);
  expect(new SecureCallError('service_unreachable', '').retryable).toBe(true);
  expect(new SecureCallError('media_unavailable', '').retryable).toBe(true);
  expect(new SecureCallError('integrity_failed', '').retryable).toBe(false);
});

test('codes of the service are told from the others, and from what every object has', () => {
  expect(isServiceErrorCode('event_gap')).toBe(true);
  for (const code of ['integrity_failed', 'toString', '__proto__', ''])
    expect(isServiceErrorCode(code)).toBe(false);
});

test('our errors are kept, every other one is wrapped', () => {
  const ours = new SecureCallError('destroyed', 'Words.');
  expect(asSecureCallError(ours, 'unsupported', 'Other words.')).toBe(ours);
  const foreign = new TypeError('undefined is not a function');
  expect(asSecureCallError(foreign, 'unsupported', 'Other words.')).toMatchObject({
    code: 'unsupported',
    message: 'Other words.',
    cause: foreign,
  });
});

test('the document has the status of every code', () => {
  const rows = protocolDocument.matchAll(/^\| `([a-z_]+)` +\| (\d{3}) +\|/gm);
  const published = Object.fromEntries(Array.from(rows, ([, code = '', status]) => [code, Number(status)]));
  expect(published).toEqual(serviceErrorStatus);
});
