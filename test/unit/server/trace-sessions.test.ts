import type { TracedListener } from '@secure-call/server';
import { expect, test } from 'vitest';
import { standingOf } from '../../../packages/server/src/trace-sessions.ts';

const iss = 'https://ehr.example';
const session = {
  sid: 'session-1',
  iss,
  sub: 'nurse-1',
  watermarkId: 7,
  startedAt: 0,
  call: 'call',
  rev: 1,
  score: 60,
  falsePositiveBound: 1e-15,
  seconds: 30,
};

const listener = (sub: string, changes: Partial<TracedListener> = {}): TracedListener => ({
  iss,
  sub,
  name: 'Anna Lind',
  unit: { id: 'unit-1', name: 'Advice line' },
  call: 'call',
  rev: 1,
  score: 0,
  falsePositiveBound: 1,
  named: false,
  seconds: 30,
  agreed: 15,
  differing: 0,
  leasedSeconds: 30,
  leased: true,
  ...changes,
});

test.each([
  ['above the bound, whoever is named', 'none', [listener('nurse-1', { named: true })], 2e-9],
  ['alone', 'lead', [], 1e-15],
  [
    'where too little was read to say anything',
    'lead',
    [listener('nurse-1', { agreed: 3, differing: 4 })],
    1e-15,
  ],
  ['where the person’s code fits', 'lead', [listener('nurse-1', { agreed: 13, differing: 2 })], 1e-15],
  ['where it does not', 'contradicts', [listener('nurse-1', { agreed: 9, differing: 6 })], 1e-15],
  ['where the person is named', 'confirms', [listener('nurse-1', { named: true })], 1e-15],
  [
    'where somebody else is',
    'contradicts',
    [listener('nurse-2', { named: true }), listener('nurse-1')],
    1e-15,
  ],
  [
    'where both are',
    'confirms',
    [listener('nurse-2', { named: true }), listener('nurse-1', { named: true })],
    1e-15,
  ],
  [
    'where somebody else is of another call',
    'lead',
    [listener('nurse-2', { named: true, call: 'other' })],
    1e-15,
  ],
  [
    'where a namesake of another issuer is',
    'contradicts',
    [listener('nurse-1', { named: true, iss: 'x' })],
    1e-15,
  ],
] as const)('a session’s mark %s: %s', (_, standing, listeners, falsePositiveBound) => {
  expect(standingOf({ ...session, falsePositiveBound }, listeners)).toBe(standing);
});
