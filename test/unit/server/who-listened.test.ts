import type { SessionAnswer } from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from './browser.ts';
import { problemOf } from './refusal.ts';
import { ISSUER } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, PATIENT_SUB, TestService } from './test-service.ts';

let service: TestService;
let call: SyntheticCall;
let browser: Browser;
beforeEach(async () => {
  service = await TestService.start();
  call = await service.registerCall();
  browser = await service.browser();
});
afterEach(() => service.stop());

type Changes = Parameters<typeof grantInput>[2];

const open = async (changes: Changes = {}, of: SyntheticCall = call): Promise<SessionAnswer> =>
  browser.openSession(await service.grant(grantInput(of, browser, changes)));

interface AccessPage {
  readonly accesses: readonly Readonly<Record<string, unknown>>[];
  readonly next?: number;
}

async function read(token: string, path: string): Promise<AccessPage> {
  const response = await service.asRole(token, path);
  expect(response.status).toBe(200);
  return (await response.json()) as AccessPage;
}

const ofCall = async (query = ''): Promise<AccessPage> =>
  read(await service.roleToken('privacy'), `/calls/${call.call}/accesses${query}`);
const ofPatient = async (patient = 'pseudonym-17'): Promise<AccessPage> =>
  read(await service.patientToken(patient), '/patients/me/accesses');

/** Signs reports in one chain and sends them. */
async function report(session: SessionAnswer, ...played: [number, number][][]): Promise<void> {
  const chain = browser.events(session);
  const events: string[] = [];
  for (const ranges of played)
    events.push(
      (await chain.sign({ type: 'playback.listened', ranges, rate: 1, position: 0 }, new Date(), 1)).jws,
    );
  await browser.send(`/sessions/${session.session}/events`, JSON.stringify({ events }));
}

describe('an access tells', () => {
  test('who, where, why, when, and how many seconds were unlocked and heard, each once', async () => {
    const session = await open({ call: { note: 'Case 12' } });
    await browser.lease(session, { leaseSeq: 1, from: 12 });
    await browser.lease(session, { leaseSeq: 2, from: 8 });
    await browser.lease(session, { leaseSeq: 3, from: 0, tracks: ['peaks'] });
    await report(session, [[0, 6]], [[4, 9.5]], [[20, 21]], [[500, 520]]);
    const { accesses } = await ofCall();
    expect(accesses).toEqual([
      {
        n: expect.any(Number) as number,
        sid: session.session,
        call: call.call,
        patient: expect.stringMatching(/^[\w-]{43}$/) as string,
        iss: ISSUER,
        jti: expect.any(String) as string,
        jkt: browser.device.jkt,
        person: 'nurse-1',
        name: 'Anna Lind',
        role: 'nurse',
        unit: { id: 'unit-1', name: 'Advice line' },
        purpose: 'TREAT',
        relation: 'care-team',
        note: 'Case 12',
        emergency: false,
        startedAt: new Date(service.clock.now()).toISOString(),
        endedAt: null,
        refused: null,
        deleted: false,
        unlockedSeconds: 24,
        heardSeconds: 10.5,
        heard: [
          [0, 9.5],
          [20, 21],
        ],
        tracks: ['audio', 'peaks'],
        refusals: 0,
        emergencyReason: null,
      },
    ]);
  });

  test('that a transcript was opened of which nothing was heard', async () => {
    const tracks = ['transcript' as const];
    const session = await open({ call: { tracks } });
    await browser.lease(session, { leaseSeq: 1, from: 0, tracks });
    expect((await ofCall()).accesses).toMatchObject([{ tracks, unlockedSeconds: 0, heardSeconds: 0 }]);
  });

  test('when it ended: closed, or its time over without anyone looking', async () => {
    const first = await open();
    service.clock.advanceSeconds(100);
    await browser.prove(`/sessions/${first.session}`, {}, 'DELETE');
    const closedAt = new Date(service.clock.now()).toISOString();
    await open({ call: { maxSessionSeconds: 60 } });
    const overAt = new Date(service.clock.now() + 60_000).toISOString();
    expect((await ofCall()).accesses.map(({ endedAt }) => endedAt)).toEqual([null, closedAt]);
    service.clock.advanceSeconds(60);
    expect((await ofCall()).accesses.map(({ endedAt }) => endedAt)).toEqual([overAt, closedAt]);
  });

  test('refusals of keys and of grants', async () => {
    const session = await open({ call: { ranges: [[0, 12]] } });
    await problemOf(browser.lease(session, { leaseSeq: 1, from: 100 }));
    const late = await service.grant(grantInput(call, browser, { sub: 'nurse-2', name: 'Per Berg' }));
    service.clock.advanceSeconds(61);
    await problemOf(browser.openSession(late));
    expect((await ofCall()).accesses).toMatchObject([
      {
        sid: null,
        person: 'nurse-2',
        name: 'Per Berg',
        unit: { id: 'unit-1', name: 'Advice line' },
        refused: 'grant_expired',
        unlockedSeconds: 0,
      },
      { sid: session.session, refused: null, refusals: 1, unlockedSeconds: 12 },
    ]);
  });

  test('an emergency, whose reason stands in the record with the session', async () => {
    const breakGlass = { reason: 'Child found unconscious', notify: ['manager'] };
    const session = await open({ call: { purpose: 'ETREAT', relation: 'none', breakGlass } });
    expect((await ofCall()).accesses).toMatchObject([
      { emergency: true, emergencyReason: breakGlass.reason, purpose: 'ETREAT' },
    ]);
    const records = await service.records(`?sid=${session.session}`);
    expect(records.map(({ type }) => type)).toEqual(['grant.redeemed', 'breakGlass.started', 'lease.issued']);
    expect(records[1]).toMatchObject({ actor: 'nurse-1', body: breakGlass });
  });
});

describe('a patient', () => {
  test('sees who listened to all their calls, and nothing of other patients', async () => {
    const second = await service.registerCall();
    const session = await open({ call: { note: 'Case 12' } });
    await open({ call: { patient: 'pseudonym-18' } }, second);
    await open({}, second);
    await report(session, [[0, 6]]);
    const { accesses } = await ofPatient();
    expect(accesses.map(access => access['call'])).toEqual([second.call, call.call]);
    expect(accesses[1]).toEqual({
      call: call.call,
      startedAt: new Date(service.clock.now()).toISOString(),
      endedAt: null,
      deleted: false,
      name: 'Anna Lind',
      role: 'nurse',
      unit: 'Advice line',
      purpose: 'TREAT',
      emergency: false,
      unlockedSeconds: 12,
      heardSeconds: 6,
      heard: [[0, 6]],
      tracks: ['audio'],
      refusals: 0,
      refused: false,
    });
    expect((await ofPatient('pseudonym-18')).accesses).toHaveLength(1);
    expect((await ofPatient('pseudonym-19')).accesses).toEqual([]);
  });

  test('reads on record, under keyed hashes only', async () => {
    await open();
    await ofPatient();
    const records = await service.records();
    const own = records.find(({ type }) => type === 'grant.redeemed');
    const reading = records.find(({ type }) => type === 'log.read');
    expect(reading).toMatchObject({ patient: own?.patient, body: { role: 'patient', view: 'accesses' } });
    expect(reading?.actor).toMatch(/^[\w-]{43}$/);
    for (const secret of [PATIENT_SUB, 'Tolvan', 'pseudonym-17'])
      expect(JSON.stringify(records)).not.toContain(secret);
  });
});

test('reading a call’s accesses is recorded before it is answered', async () => {
  await ofCall();
  expect((await service.records()).at(-2)).toMatchObject({
    type: 'log.read',
    actor: 'officer-1',
    call: call.call,
    body: { name: 'Olof Ek', role: 'privacy', view: 'accesses', query: {} },
  });
});

test('a page holds a hundred, newest first, and the next goes on behind it', async () => {
  for (let count = 0; count < 101; count += 1) await open({ call: { maxSessionSeconds: 60 + count } });
  const first = await ofCall();
  const places = first.accesses.map(({ n }) => n as number);
  expect(places).toHaveLength(100);
  expect(places).toEqual(places.toSorted((a, b) => b - a));
  const second = await ofCall(`?before=${first.next}`);
  expect(second.accesses).toHaveLength(1);
  expect(second).not.toHaveProperty('next');
  expect(second.accesses[0]?.['n']).toBeLessThan(places.at(-1) ?? 0);
});
