import type { PlayerState } from '@secure-call/player';
import { expect, test } from 'vitest';
import { contentFree } from '../../../packages/element/src/frame/content-free.ts';

const open: PlayerState = {
  status: 'playing',
  positionSeconds: 3,
  durationSeconds: 60,
  playbackRate: 1,
  volume: 0.5,
  muted: false,
  loop: false,
  seeking: false,
  channels: [{ role: 'caller', gain: 1, pan: -1, muted: false }],
  access: {
    listenerName: 'Anna Lind',
    unitName: '1177 Region X',
    purpose: 'TREAT',
    expiresAt: 1,
    reference: 'abc',
  },
};

test.each<PlayerState>([
  open,
  { ...open, status: 'waiting', cause: 'offline' },
  { status: 'idle' },
  { status: 'locked', positionSeconds: 3, access: open.access },
  { status: 'denied', code: 'not_permitted', reference: 'abc' },
  { status: 'revoked', positionSeconds: 3, access: open.access, at: 5 },
  { status: 'unsupported', missing: 'Web Audio' },
  { status: 'failed', code: 'integrity_failed', positionSeconds: 3 },
])('a state leaves the frame as it is: $status', state => {
  expect(contentFree(state)).toEqual(state);
});

test('what is not known to be free of content stays inside, at every depth', () => {
  const more = {
    ...open,
    words: ['It hurts here.'],
    transcript: 'open' as const,
    channels: open.channels.map(channel => ({ ...channel, words: 'It hurts here.' })),
    access: { ...open.access, patient: 'Elsa' },
  };
  expect(contentFree(more)).toEqual(open);
});
