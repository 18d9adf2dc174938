import {
  type AccessEvent,
  createSessionId,
  type DeviceKey,
  generateDeviceKey,
  sha256Base64url,
  verifyAccessEvent,
} from '@secure-call/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { SessionOutbox } from '../../../packages/player/src/vault/session-outbox.ts';

/** What a page was last told to hold. */
interface Standing {
  readonly events: readonly string[];
  readonly upTo: number;
}

let device: DeviceKey;
let outbox: SessionOutbox;
let standing: Standing[];
let signed: AccessEvent['type'][];

beforeEach(async () => {
  device = await generateDeviceKey();
  // Of this outbox alone: one of a test before may still have something to say.
  const [told, types]: [Standing[], AccessEvent['type'][]] = [[], []];
  [standing, signed] = [told, types];
  outbox = new SessionOutbox({
    device,
    sid: createSessionId(),
    service: 'https://keys.example',
    signed: event => types.push(event.type),
    standing: (events, upTo) => told.push({ events, upTo }),
    position: () => 7,
  });
  await outbox.open();
});

const read = (jws: string | undefined): Promise<AccessEvent> =>
  verifyAccessEvent(jws ?? '', device.publicJwk);

/** Adds an event without waiting for the page, which has not answered yet. */
async function addUnheld(type: 'playback.paused' | 'playback.resumed'): Promise<{ added: Promise<void> }> {
  const told = standing.length;
  const added = outbox.add({ type, position: 3 });
  await expect.poll(() => standing.length).toBe(told + 1);
  return { added };
}

describe('an event and the closing that stands behind it', () => {
  test('before the first event there is a closing already', async () => {
    const [only] = standing;
    expect(only?.upTo).toBe(0);
    expect(await read(only?.events[0])).toMatchObject({ type: 'client.closed', eventSeq: 1, prev: '' });
  });

  test('the closing follows the newest event, and the next event takes its number', async () => {
    await addUnheld('playback.paused');
    const first = standing.at(-1)?.events ?? [];
    expect(await read(first[0])).toMatchObject({ type: 'playback.paused', eventSeq: 1 });
    const prev = await sha256Base64url(first[0] ?? '');
    expect(await read(first[1])).toMatchObject({ type: 'client.closed', eventSeq: 2, prev, position: 3 });
    await addUnheld('playback.resumed');
    const second = standing.at(-1)?.events ?? [];
    expect(second[0]).toBe(first[0]);
    expect(await read(second[1])).toMatchObject({ type: 'playback.resumed', eventSeq: 2, prev });
    expect(await read(second[2])).toMatchObject({ type: 'client.closed', eventSeq: 3 });
  });

  test('the service gets no event whose number the page may still close with', async () => {
    const { added } = await addUnheld('playback.paused');
    expect(outbox.unacknowledged).toEqual([]);
    let isSettled = false;
    const settled = outbox.settled().then(() => (isSettled = true));
    await Promise.resolve();
    expect(isSettled).toBe(false);
    outbox.held(1);
    await Promise.all([added, settled]);
    expect(outbox.unacknowledged).toEqual(standing.at(-1)?.events.slice(0, 1));
  });

  test('what is acknowledged stands no more, and the closing behind it does', async () => {
    const { added } = await addUnheld('playback.paused');
    outbox.held(1);
    await added;
    const [, closing] = standing.at(-1)?.events ?? [];
    outbox.acknowledge(1);
    expect(outbox.unacknowledged).toEqual([]);
    expect(standing.at(-1)?.events).toContain(closing);
  });
});

test('closing signs anew, with where playback was, and waits for no page', async () => {
  await addUnheld('playback.paused');
  await outbox.close(42);
  expect(outbox.unacknowledged).toHaveLength(2);
  expect(await read(outbox.unacknowledged[1])).toMatchObject({
    type: 'client.closed',
    eventSeq: 2,
    position: 42,
  });
  expect(signed).toEqual(['playback.paused', 'client.closed']);
});

test('without a store the record is told once, with where playback is', async () => {
  // There is no IndexedDB here.
  outbox.held(0);
  await expect.poll(() => signed).toEqual(['audit.degraded']);
  const [degraded] = standing.at(-1)?.events ?? [];
  expect(await read(degraded)).toMatchObject({ type: 'audit.degraded', why: 'unkept', position: 7 });
  outbox.held(1);
  const { added } = await addUnheld('playback.paused');
  outbox.held(2);
  await added;
  expect(signed).toEqual(['audit.degraded', 'playback.paused']);
});
