import type { AccessEvent, AnySource, SimpleSource } from '@secure-call/player';
import { SecureCallError } from '@secure-call/protocol';
import { describe, expect, test } from 'vitest';
import { EventDelivery } from '../../../packages/player/src/event-delivery.ts';
import { assertSource } from '../../../packages/player/src/simple-source.ts';
import { ExpiringKeys } from '../../../packages/player/src/vault/expiring-keys.ts';
import { HostClock } from '../../../packages/player/src/vault/host-clock.ts';
import { KeyDesk, type KeyDeskPort } from '../../../packages/player/src/vault/key-desk.ts';

/** A host that gives a key for every four seconds of a recording of ten minutes. */
class Host implements KeyDeskPort {
  readonly asked: (readonly string[])[] = [];
  readonly given = new Set<string>();
  readonly ends: string[] = [];
  recorded = true;
  refusals: SecureCallError[] = [];
  ageing = false;

  keyIds(fromSeconds: number, toSeconds: number): readonly string[] {
    const [first, last] = [Math.floor(fromSeconds / 4), Math.min(149, Math.floor(toSeconds / 4))];
    return Array.from({ length: last - first + 1 }, (_, place) => String(first + place));
  }

  has(id: string): boolean {
    return this.given.has(id);
  }

  keysAgeing(): boolean {
    return this.ageing;
  }

  mayAsk(): boolean {
    return this.recorded;
  }

  ask(ids: readonly string[]): Promise<void> {
    this.asked.push(ids);
    const refusal = this.refusals.shift();
    if (refusal) return Promise.reject(refusal);
    for (const id of ids) this.given.add(id);
    this.ageing = false;
    return Promise.resolve();
  }

  ended({ code }: SecureCallError): void {
    this.ends.push(code);
  }
}

describe('what is asked for', () => {
  test('two windows from the start, then one for every twelve seconds played', async () => {
    const host = new Host();
    const desk = new KeyDesk(host);
    await desk.renew();
    expect(Math.max(...[...host.given].map(Number)) * 4).toBeLessThanOrEqual(24);
    const before = host.asked.length;
    for (let position = 0; position <= 60; position += 0.25) {
      desk.progress({ positionSeconds: position, playing: true });
      await Promise.resolve();
    }
    await desk.renew();
    expect(host.asked.length - before).toBeLessThanOrEqual(6);
    expect(Math.max(...[...host.given].map(Number)) * 4).toBeLessThanOrEqual(60 + 24);
    desk.stop();
  });

  test('nothing while an event is outstanding, and who waits is told when it is not taken', async () => {
    const host = new Host();
    host.recorded = false;
    const desk = new KeyDesk(host);
    const opened = desk.renew();
    desk.progress({ positionSeconds: 100, playing: true });
    desk.notRecorded();
    await expect(opened).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(host.asked).toEqual([]);
    host.recorded = true;
    await desk.renew();
    expect(host.asked[0]).toEqual(['25', '26', '27', '28']);
    desk.stop();
  });

  test('nothing while held', async () => {
    const host = new Host();
    const desk = new KeyDesk(host);
    desk.hold(true);
    desk.progress({ positionSeconds: 30, playing: true });
    expect(host.asked).toEqual([]);
    desk.hold(false);
    await desk.renew();
    expect(host.asked.length).toBeGreaterThan(0);
    desk.stop();
  });

  test('keys that age are asked for anew while playing', async () => {
    const host = new Host();
    const desk = new KeyDesk(host);
    desk.progress({ positionSeconds: 0, playing: false });
    // The first window is asked for and there.
    await expect.poll(() => host.given.size).toBe(4);
    const before = host.asked.length;
    host.ageing = true;
    desk.progress({ positionSeconds: 0, playing: false });
    expect(host.asked.length).toBe(before);
    desk.progress({ positionSeconds: 0, playing: true });
    expect(host.asked.length).toBe(before + 1);
    desk.stop();
  });

  test('a host that says no is not asked again', async () => {
    const host = new Host();
    host.refusals = [new SecureCallError('not_permitted', 'no')];
    const desk = new KeyDesk(host);
    await expect(desk.renew()).rejects.toMatchObject({ code: 'not_permitted' });
    desk.progress({ positionSeconds: 50, playing: true });
    expect(host.asked).toHaveLength(1);
    expect(host.ends).toEqual(['not_permitted']);
  });

  test('a waveform that the host keeps to itself ends nothing', async () => {
    const host = new Host();
    const desk = new KeyDesk(host);
    await desk.renew();
    desk.hold(true);
    const wanted = desk.want(['peaks/0/1']);
    host.refusals = [new SecureCallError('authorize_failed', 'no')];
    desk.hold(false);
    await expect(wanted).rejects.toMatchObject({ code: 'authorize_failed' });
    await expect(desk.renew()).resolves.toBeUndefined();
    desk.stop();
  });
});

describe('how long keys live', () => {
  test('by the host’s clock, wherever the browser’s stands', () => {
    const clock = new HostClock();
    expect(clock.remainingSeconds({ iat: 5_000_000, exp: 5_000_120 }, 17)).toBe(120);
    expect(clock.remainingSeconds({ iat: 5_000_010, exp: 5_000_130 }, 27)).toBe(120);
  });

  test('an answer that comes again has aged', () => {
    const clock = new HostClock();
    const old = { iat: 5_000_000, exp: 5_000_120 };
    expect(clock.remainingSeconds(old, 17)).toBe(120);
    expect(clock.remainingSeconds(old, 117)).toBe(20);
    expect(clock.remainingSeconds(old, 200)).toBeLessThan(0);
  });

  test('a key is forgotten when its set has expired, unless a newer one brought it again', async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'decrypt',
      'encrypt',
    ]);
    const keys = new ExpiringKeys();
    keys.add(
      new Map([
        ['a', key],
        ['b', key],
      ]),
      0.02,
    );
    keys.add(new Map([['b', key]]), 60);
    await expect.poll(() => keys.has('a')).toBe(false);
    expect(keys.has('b')).toBe(true);
    keys.close();
    expect(keys.has('b')).toBe(false);
  });
});

describe('events for a host whose record is the gate', () => {
  const event = (eventSeq: number): AccessEvent =>
    ({ type: 'player.ready', eventSeq }) as Partial<AccessEvent> as AccessEvent;

  function delivery(deliver: (event: AccessEvent) => Promise<void>, awaited = true) {
    const told: (number | 'not')[] = [];
    const abort = new AbortController();
    const events = new EventDelivery({
      awaited,
      deliver,
      recorded: eventSeq => void told.push(eventSeq),
      notRecorded: () => void told.push('not'),
      signal: abort.signal,
    });
    return { events, told, abort };
  }

  test('come one at a time, in order, and one that is not taken comes again', async () => {
    const seen: number[] = [];
    let refusals = 1;
    const { events, told } = delivery(({ eventSeq }) => {
      seen.push(eventSeq);
      return eventSeq === 2 && refusals-- > 0 ? Promise.reject(new Error('full')) : Promise.resolve();
    });
    for (const number of [1, 2, 3]) events.add(event(number));
    await expect.poll(() => told, { timeout: 5000 }).toEqual([1, 'not', 2, 3]);
    expect(seen).toEqual([1, 2, 2, 3]);
  });

  test('stop with the session', async () => {
    const { events, told, abort } = delivery(() => new Promise(() => undefined));
    events.add(event(1));
    events.add(event(2));
    abort.abort();
    await Promise.resolve();
    expect(told).toEqual([]);
  });

  test('elsewhere come as they happen', () => {
    const seen: number[] = [];
    const { events, told } = delivery(({ eventSeq }) => {
      seen.push(eventSeq);
      return new Promise(() => undefined);
    }, false);
    for (const number of [1, 2]) events.add(event(number));
    expect([seen, told]).toEqual([[1, 2], []]);
  });
});

describe('a source is refused', () => {
  const keys = (): Promise<string> => Promise.resolve('');
  const playlist: SimpleSource = { media: 'https://a.example/i.m3u8', keys, allowUnauthenticated: true };
  const refused: readonly (readonly [string, AnySource])[] = [
    ['without https', { ...playlist, media: 'http://a.example/i.m3u8' }],
    ['that nobody authenticates', { media: playlist.media, keys }],
    ['without packager keys', { media: 'https://a.example/c/p/', keys }],
    ['that is neither a package nor a playlist', { ...playlist, media: 'https://a.example/call.mp4' }],
    ['whose gate is no one', { ...playlist, audit: 'callback' }],
  ];

  test.each(refused)('%s', (_why, source) => {
    expect(() => assertSource(source, false)).toThrow(
      expect.objectContaining({ code: 'setup_invalid' }) as Error,
    );
  });

  test('and not otherwise', () => {
    expect(() => assertSource(playlist, false)).not.toThrow();
    expect(() => assertSource({ ...playlist, audit: 'callback' }, true)).not.toThrow();
    const media = 'https://a.example/c/p/?signature=1';
    expect(() => assertSource({ media, keys, packagerKeys: [{ kty: 'EC' }] }, false)).toThrow();
  });
});
