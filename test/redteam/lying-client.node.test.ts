import {
  AccessEventChain,
  type DeviceKey,
  firstBrokenRecord,
  generateDeviceKey,
  type SessionAnswer,
  sha256Base64url,
  utf8,
} from '@secure-call/protocol';
import { CompactSign } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, FollowedRecord } from '../unit/server/browser.ts';
import { problemOf } from '../unit/server/refusal.ts';
import type { SyntheticCall } from '../unit/server/synthetic-call.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';
import { SeededRandom } from './seeded-random.ts';

let service: TestService;
let call: SyntheticCall;
let browser: Browser;
let session: SessionAnswer;

beforeEach(async () => {
  service = await TestService.start();
  call = await service.registerCall();
  browser = await service.browser();
  session = await browser.openSession(await service.grant(grantInput(call, browser)));
});
afterEach(() => service.stop());

const own = (): Promise<FollowedRecord[]> => service.records(`?sid=${session.session}`);

async function send(...events: string[]): Promise<number> {
  const response = await browser.send(`/sessions/${session.session}/events`, JSON.stringify({ events }));
  return response.status;
}

/** Signs whatever text with a device key, as a client that is not ours may. */
function sign(text: string, { privateKey }: DeviceKey): Promise<string> {
  return new CompactSign(utf8(text))
    .setProtectedHeader({ alg: 'ES256', typ: 'secure-call-event+jws' })
    .sign(privateKey);
}

const common = (): object => ({
  v: 1,
  id: '0190b5f0-0000-7000-8000-000000000000',
  sid: session.session,
  eventSeq: 1,
  prev: '',
  at: '2026-01-01T00:00:00.000Z',
  position: 0,
});

describe('forged events', () => {
  test('random changes to an authentic event: none is taken, and the genuine one still is', async () => {
    const { jws } = await browser.events(session).sign({ type: 'player.ready', position: 0 }, new Date(), 1);
    const random = new SeededRandom(7);
    for (let round = 0; round < 300; round += 1) {
      const at = random.below(jws.length);
      const character = 'ABCDwxyz0189-_.='[random.below(16)] ?? 'A';
      const forged = jws.slice(0, at) + character + jws.slice(at + 1);
      if (forged !== jws) expect(await send(forged)).toBe(400);
    }
    expect((await own()).filter(record => record.author === 'client')).toEqual([]);
    expect(await send(jws)).toBe(200);
    expect((await own()).filter(record => record.author === 'client')).toHaveLength(1);
    expect(await firstBrokenRecord(await own())).toBeUndefined();
  });

  test('events of another device, of another session, and numbers no JSON holds', async () => {
    const stranger = await generateDeviceKey();
    const text = (more: string): string => JSON.stringify(common()).replace(/}$/, `,${more}}`);
    const forged = [
      await sign(text('"type":"player.ready","mono":1'), stranger),
      await sign(text('"type":"player.ready","mono":1e400'), browser.device),
      await sign(text('"type":"player.ready","mono":1,"extra":1'), browser.device),
      await sign(text('"type":"lease.issued","mono":1'), browser.device),
      await sign(text('"type":"session.revoked","mono":1'), browser.device),
      await sign(text('"type":"__proto__","mono":1'), browser.device),
      await sign(text('"type":"playback.listened","mono":1,"ranges":[[0,1e400]],"rate":1'), browser.device),
      await sign(text('"type":"playback.listened","mono":1,"ranges":[[0,1]],"rate":1e400'), browser.device),
      await sign(`[${JSON.stringify(common())}]`, browser.device),
    ];
    const chain = new AccessEventChain(browser.device, 'A'.repeat(22) as SessionAnswer['session']);
    forged.push((await chain.sign({ type: 'player.ready', position: 0 }, new Date(), 1)).jws);
    for (const event of forged) expect(await send(event)).toBe(400);
    expect((await own()).filter(record => record.author === 'client')).toEqual([]);
  });

  test('what was heard beyond what was leased is on record as a lie', async () => {
    const chain = browser.events(session);
    const lies: [number, number][][] = [
      [[0, 13]],
      [[100, 101]],
      [[5, 4]],
      [
        [0, 1],
        [590, 600],
      ],
    ];
    for (const ranges of lies) {
      const input = { type: 'playback.listened', ranges, rate: 1, position: 0 } as const;
      expect(await send((await chain.sign(input, new Date(), 1)).jws)).toBe(200);
    }
    const reports = (await own()).filter(record => record.type === 'playback.listened');
    expect(reports).toHaveLength(lies.length);
    for (const { body } of reports) expect(body).toMatchObject({ flags: ['badRange'] });
  });

  test('two pasts: the second is refused and recorded, and the first stays', async () => {
    const [honest, other] = [browser.events(session), browser.events(session)];
    const first = await honest.sign({ type: 'player.ready', position: 0 }, new Date(), 1);
    const second = await other.sign({ type: 'player.ready', position: 1 }, new Date(), 1);
    expect(await send(first.jws)).toBe(200);
    expect(await send(second.jws)).toBe(409);
    const records = await own();
    expect(records.filter(record => record.type === 'client.fork')).toHaveLength(1);
    const kept = records.find(record => record.author === 'client')?.body;
    expect(kept).toMatchObject({ jws: first.jws });
    expect(await sha256Base64url(first.jws)).not.toBe(await sha256Base64url(second.jws));
  });
});

describe('a client that asks for keys and reports nothing', () => {
  /** Asks until it is refused. @returns the seconds it got keys for */
  async function rip(report: (from: number) => Promise<string[]>): Promise<[number, number][]> {
    const unlocked: [number, number][] = [[session.lease.from, session.lease.to]];
    for (let leaseSeq = 1, from = session.lease.to; from < 590; leaseSeq += 1) {
      const attempt = browser.lease(session, { leaseSeq, from, events: await report(from) });
      const lease = await attempt.catch(() => undefined);
      if (!lease) return unlocked;
      unlocked.push([lease.from, lease.to]);
      from = lease.to;
    }
    return unlocked;
  }

  const recorded = async (): Promise<[number, number][]> =>
    (await own())
      .filter(record => record.type === 'lease.issued')
      .map(({ body }) => body as unknown as { from: number; to: number })
      .map(({ from, to }) => [from, to]);

  test('the record shows every second it could have heard, and it is stopped after four windows', async () => {
    const unlocked = await rip(() => Promise.resolve([]));
    expect(unlocked).toHaveLength(4);
    expect(await recorded()).toEqual(unlocked);
    const refusal = (await own()).find(record => record.type === 'lease.refused');
    expect(refusal?.body).toMatchObject({ code: 'events_required' });
  });

  test('one that claims to seek all the time is stopped by its pace, and recorded as well', async () => {
    const chain = browser.events(session);
    const unlocked = await rip(async from => {
      const input = { type: 'playback.seeked', from, to: from, position: from } as const;
      return [(await chain.sign(input, new Date(), from)).jws];
    });
    const seconds = unlocked.reduce((sum, [from, to]) => sum + to - from, 0);
    expect(seconds).toBeLessThanOrEqual(120);
    expect(seconds).toBeGreaterThan(100);
    expect(await recorded()).toEqual(unlocked);
  });

  test('keys come only for what is on record: a wish beyond it brings none', async () => {
    const keys = session.lease.keys.filter(({ track, index }) => track === 'audio' && index > 0);
    // Segments of this recording are 2 s long.
    for (const { index } of keys) expect(index * 2).toBeLessThanOrEqual(session.lease.to);
    const { code } = await problemOf(browser.lease(session, { leaseSeq: 1, from: 601 }));
    expect(code).toBe('request_invalid');
  });
});
