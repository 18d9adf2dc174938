import {
  type AudioTrack,
  type LeaseRequest,
  SecureCallError,
  segmentIndexAt,
  ServiceRefusal,
} from '@secure-call/protocol';
import { describe, expect, test } from 'vitest';
import { LeaseDriver, type LeasePort } from '../../../packages/player/src/vault/lease-driver.ts';

const track: AudioTrack = {
  name: 'audio',
  object: 'audio.bin',
  codec: 'mp4a.40.2',
  sampleRateHz: 8000,
  channels: [{ role: 'both' }],
  variants: 1,
  total: 152,
  slotBytes: 9216,
  segmentSamples: 16384,
  durationSamples: 2_400_000,
  primingSamples: 1024,
};

/** A service that gives 6 segments to who goes on and 2 to who jumps, and keeps count. */
class Service implements LeasePort {
  readonly track = track;
  readonly windowSeconds = 12;
  readonly requests: LeaseRequest[] = [];
  readonly unlocked = new Set([0, 1, 2, 3, 4, 5, 6]);
  readonly ends: string[] = [];
  readonly withheldTracks: string[] = [];
  readonly permitted = new Set(Array.from({ length: 152 }, (_, index) => index));
  reports = 0;
  refusals: SecureCallError[] = [];
  #settled: () => void = () => undefined;

  windowsAhead(): number {
    return 2;
  }

  has(index: number): boolean {
    return this.unlocked.has(index);
  }

  permits(index: number): boolean {
    return this.permitted.has(index);
  }

  unacknowledged(): readonly string[] {
    return [];
  }

  send(request: LeaseRequest): Promise<unknown> {
    this.requests.push(request);
    const refusal = this.refusals.shift();
    if (refusal) return Promise.reject(refusal);
    const first = segmentIndexAt(track, request.from);
    const count = this.unlocked.has(first - 1) ? 6 : 2;
    if (request.tracks?.includes('audio')) for (let i = 0; i < count; i++) this.unlocked.add(first + i);
    const { leaseSeq, from } = request;
    return Promise.resolve({
      leaseSeq,
      from,
      to: from,
      keys: [],
      useForSeconds: 30,
      ack: 0,
      epoch: 0,
      nonce: 'n',
      serverTime: 0,
    });
  }

  answered(): Promise<void> {
    this.#settled();
    return Promise.resolve();
  }

  withheld(track: string): void {
    this.withheldTracks.push(track);
  }

  reportWanted(): void {
    this.reports += 1;
  }

  ended(code: string): void {
    this.ends.push(code);
  }
}

describe('what is unlocked', () => {
  test('two windows ahead while playing on, one request for each', async () => {
    const service = new Service();
    const driver = new LeaseDriver(service);
    for (let position = 0; position <= 8; position += 0.25)
      driver.progress({ positionSeconds: position, playing: true });
    for (let answer = 0; answer < 4; answer++) await driver.renew();
    expect(Math.max(...service.unlocked)).toBe(segmentIndexAt(track, 32) + 2);
    expect(service.requests.map(request => request.leaseSeq)).toEqual(
      service.requests.map((_, place) => place + 1),
    );
    driver.stop();
  });

  test('twenty jumps in a row stay far below what a person may unlock at once', async () => {
    const service = new Service();
    const driver = new LeaseDriver(service);
    const before = service.unlocked.size;
    for (let jump = 1; jump <= 20; jump++) {
      driver.progress({ positionSeconds: jump * 14, playing: true });
      await driver.renew();
    }
    const seconds = ((service.unlocked.size - before) * track.segmentSamples) / track.sampleRateHz;
    expect(seconds).toBeLessThan(120);
    driver.stop();
  });

  test('nothing outside what the grant permits, and nothing while held', async () => {
    const service = new Service();
    for (let index = 7; index < 40; index++) service.permitted.delete(index);
    const driver = new LeaseDriver(service);
    driver.progress({ positionSeconds: 11, playing: true });
    driver.hold(true);
    driver.progress({ positionSeconds: 100, playing: true });
    await driver.renew();
    expect(service.requests.flatMap(request => request.tracks)).toEqual([]);
    driver.hold(false);
    await driver.renew();
    expect([...service.unlocked].filter(index => index > 6 && index < 40)).toEqual([]);
    expect(service.unlocked.has(segmentIndexAt(track, 100))).toBe(true);
    driver.stop();
  });
});

describe('when the service does not give what was asked for', () => {
  test('a request whose answer was lost is repeated as it was', async () => {
    const service = new Service();
    service.refusals = [new SecureCallError('service_unreachable', 'gone')];
    const driver = new LeaseDriver(service);
    driver.progress({ positionSeconds: 60, playing: false });
    await expect(driver.renew()).rejects.toMatchObject({ code: 'service_unreachable' });
    driver.progress({ positionSeconds: 120, playing: false });
    await driver.renew();
    const [lost, repeated] = service.requests;
    expect(repeated).toEqual(lost);
    driver.stop();
  });

  test('a revoked session ends, and nothing more is asked', async () => {
    const service = new Service();
    service.refusals = [new ServiceRefusal('session_revoked', 'withdrawn')];
    const driver = new LeaseDriver(service);
    await expect(driver.renew()).rejects.toMatchObject({ code: 'session_revoked' });
    driver.progress({ positionSeconds: 60, playing: true });
    expect(service.ends).toEqual(['session_revoked']);
    expect(service.requests).toHaveLength(1);
  });

  test('a track the grant withholds is given up, the sound goes on', async () => {
    const service = new Service();
    service.refusals = [new ServiceRefusal('not_permitted', 'no')];
    const driver = new LeaseDriver(service);
    driver.want('peaks');
    await driver.renew();
    expect(service.withheldTracks).toEqual(['peaks']);
    expect(service.requests.map(request => request.tracks)).toEqual([['peaks'], []]);
    expect(service.ends).toEqual([]);
    driver.stop();
  });

  test('of several tracks only the one that is withheld is given up', async () => {
    const service = new Service();
    service.refusals = [new ServiceRefusal('not_permitted', 'no')];
    const driver = new LeaseDriver(service);
    driver.want('transcript');
    driver.want('peaks');
    await driver.renew();
    expect(service.withheldTracks).toEqual(['transcript']);
    expect(service.requests.map(request => request.tracks).slice(0, 2)).toEqual([['transcript'], ['peaks']]);
    driver.stop();
  });

  test('who owes a report is asked for it', async () => {
    const service = new Service();
    service.refusals = [new ServiceRefusal('events_required', 'report first')];
    const driver = new LeaseDriver(service);
    await driver.renew();
    expect(service.requests).toHaveLength(2);
    expect(service.reports).toBe(1);
    driver.stop();
  });

  test('who is too fast goes on being renewed, without new seconds', async () => {
    const service = new Service();
    service.refusals = [new ServiceRefusal('rate_limited', 'slow down', { retryAfterSeconds: 60 })];
    const driver = new LeaseDriver(service);
    driver.progress({ positionSeconds: 60, playing: true });
    await driver.renew();
    expect(service.requests.map(request => request.tracks)).toEqual([['audio'], []]);
    driver.stop();
  });
});
