import { traceCopy, type TraceClip, type TraceProgress, type TraceReport } from '@secure-call/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ATTACKS } from '../../bench/watermark/attacks.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { hasProgram } from '../../support/has-program.ts';
import { clipOf, COPY_HZ, LeakedCall } from '../../support/leaked-call.ts';
import { nurseCall, phoneCall } from '../../support/recordings.ts';
import { isSlowRun } from '../../support/run-counts.ts';
import { OTHER_TENANT, serviceOptions, TENANT } from './service-options.ts';
import { TestService } from './test-service.ts';

const LISTENERS = 1000;
/** Far more than a search takes: two cores are shared with whatever else runs. */
const TRIAL_MILLISECONDS = 180_000;

let service: TestService;
let leaked: LeakedCall;
beforeAll(async () => {
  service = await TestService.start();
  leaked = await LeakedCall.make(service, nurseCall.path, LISTENERS);
}, 120_000);
afterAll(async () => {
  await leaked.remove();
  await service.stop();
});

interface Wish {
  readonly tenant?: string;
  readonly calls?: readonly string[];
}

const trace = (clips: readonly TraceClip[], { tenant = TENANT, calls }: Wish = {}): Promise<TraceReport> =>
  traceCopy(serviceOptions(service.keys, service.store), { tenant, calls, clips });

const namesIn = ({ listeners }: TraceReport): string[] =>
  listeners.filter(({ named }) => named).map(({ sub }) => sub);

const noise = (seconds: number): Float32Array => {
  const random = seededRandom('no mark');
  return Float32Array.from({ length: seconds * COPY_HZ }, () => random.normal() / 10);
};

describe.runIf(hasProgram('ffmpeg'))('a copy', () => {
  const suspect = 'nurse-321';
  let copy: Float32Array<ArrayBuffer>;
  beforeAll(async () => {
    copy = await leaked.copy(leaked.codeOf(suspect));
  });

  test(
    'of 90 s names its listener among a thousand, and tells where it comes from',
    async () => {
      const report = await trace([clipOf(copy, 31, 90)]);
      expect(report).toMatchObject({ found: true, call: leaked.pack.callId, rev: 1 });
      expect(report.clips).toMatchObject([{ name: 'leak.wav', seconds: 90, speed: 1, tempo: 1 }]);
      expect(report.clips[0]?.fromSeconds).toBeCloseTo(31, 0);
      expect(report.clips[0]?.falsePositiveBound).toBeLessThan(1e-9);
      expect(namesIn(report)).toEqual([suspect]);
      const [first] = report.listeners;
      expect(first).toMatchObject({ name: 'Anna Lind', unit: { name: 'Advice line' }, leased: true });
      expect(first?.falsePositiveBound).toBeLessThanOrEqual(1e-9);
      expect(first?.seconds).toBeGreaterThan(80);
      expect(first?.seconds).toBeLessThan(91);
      expect(report.sessions.filter(({ named }) => named)).toEqual([]);
      expect(report.lookedAt).toMatchObject({ listeners: LISTENERS, sessions: LISTENERS, unreadable: 0 });
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    },
    2 * TRIAL_MILLISECONDS,
  );

  test.each(['g711', 'opus-12'] as const)(
    'that went through %s names its listener',
    async attack => {
      const piece = copy.slice(20 * COPY_HZ, 130 * COPY_HZ);
      const { samples, sampleRateHz } = await ATTACKS[attack]({ samples: piece, sampleRateHz: COPY_HZ });
      const report = await trace([{ name: attack, channels: [samples], sampleRateHz }]);
      expect(namesIn(report)).toEqual([suspect]);
    },
    2 * TRIAL_MILLISECONDS,
  );

  test(
    'that was played 3 % faster names its listener, and by how much it was',
    async () => {
      const report = await trace([{ ...clipOf(copy, 20, 110), sampleRateHz: COPY_HZ * 1.03 }]);
      expect(namesIn(report)).toEqual([suspect]);
      const [clip] = report.clips;
      expect((clip?.speed ?? 1) * (clip?.tempo ?? 1)).toBeCloseTo(1.03, 2);
      expect(clip?.fromSeconds).toBeCloseTo(20, 0);
    },
    3 * TRIAL_MILLISECONDS,
  );

  test(
    'in pieces of 30 s: one names nobody, three of them together name the listener',
    async () => {
      const pieces = [5, 60, 120].map((from, place) => clipOf(copy, from, 31, `piece ${place + 1}`));
      const [one] = pieces;
      const alone = await trace(one ? [one] : []);
      expect(alone).toMatchObject({ found: false, call: leaked.pack.callId });
      expect(alone.summary).toMatch(/too few to tell 1000 listener\(s\) apart/);
      expect(namesIn(await trace(pieces))).toEqual([suspect]);
    },
    3 * TRIAL_MILLISECONDS,
  );

  test(
    'of 10 s names nobody',
    async () => {
      const report = await trace([clipOf(copy, 40, 10)], { calls: [leaked.pack.callId] });
      expect(report.found).toBe(false);
      expect(namesIn(report)).toEqual([]);
    },
    2 * TRIAL_MILLISECONDS,
  );

  test(
    'of two who splice their segments names one of them or nobody, never an innocent person',
    async () => {
      const random = seededRandom('splices');
      for (let trial = 0; trial < (isSlowRun() ? 200 : 1); trial += 1) {
        const guilty = [`nurse-${2 + random.below(499)}`, `nurse-${501 + random.below(500)}`];
        const codes = guilty.map(sub => leaked.codeOf(sub));
        const spliced = Int8Array.from(codes[0] ?? [], (_, at) => codes[random.below(2)]?.[at] ?? 1);
        const report = await trace([clipOf(await leaked.copy(spliced))]);
        for (const name of namesIn(report)) expect(guilty).toContain(name);
        expect(report.sessions.filter(({ named }) => named)).toEqual([]);
      }
    },
    (isSlowRun() ? 200 : 4) * TRIAL_MILLISECONDS,
  );

  test(
    'is not looked for among the calls of another tenant',
    async () => {
      const report = await trace([clipOf(copy, 31, 30)], { tenant: OTHER_TENANT });
      expect(report).toMatchObject({ found: false, listeners: [], sessions: [] });
      expect(report.lookedAt).toEqual({ packagings: 0, unreadable: 0, listeners: 0, sessions: 0 });
      const { callId } = leaked.pack;
      await expect(trace([], { tenant: OTHER_TENANT, calls: [callId] })).rejects.toMatchObject({
        code: 'call_unknown',
      });
    },
    TRIAL_MILLISECONDS,
  );

  test(
    'of a call that has been erased meanwhile names its listener',
    async () => {
      const path = `/calls/${leaked.pack.callId}`;
      const erased = await service.asRole(await service.roleToken('privacy'), path, undefined, 'DELETE');
      expect(erased.status).toBe(204);
      expect(namesIn(await trace([clipOf(copy, 31, 100)]))).toEqual([suspect]);
    },
    2 * TRIAL_MILLISECONDS,
  );
});

describe.runIf(hasProgram('ffmpeg'))('among several calls', () => {
  let other: LeakedCall;
  beforeAll(async () => {
    other = await LeakedCall.make(service, phoneCall.path, 5);
  }, 60_000);
  afterAll(() => other.remove());

  test(
    'the right one is recognised, and 45 s of it tell five listeners no further apart than the bound allows',
    async () => {
      const report = await trace([clipOf(await other.copy(other.codeOf('nurse-3')))]);
      expect(report).toMatchObject({ call: other.pack.callId, rev: 1, found: false });
      expect(report.listeners[0]).toMatchObject({ sub: 'nurse-3', named: false, differing: 0 });
      expect(report.lookedAt.packagings).toBe(2);
    },
    2 * TRIAL_MILLISECONDS,
  );
});

test.each([
  ['noise', noise(12)],
  ['silence', new Float32Array(12 * COPY_HZ)],
  ['sound of two seconds', noise(2)],
  ['no sound', new Float32Array()],
])(
  '%s names nobody',
  async (_, samples) => {
    const report = await trace([clipOf(samples)], { calls: [leaked.pack.callId] });
    expect(report.found).toBe(false);
    expect(report.call).toBeUndefined();
    expect(report.summary).toMatch(/^No mark found/);
  },
  2 * TRIAL_MILLISECONDS,
);

test('tells how far it is, and stops when it is asked to', async () => {
  const stop = new AbortController();
  const steps: TraceProgress[] = [];
  const tracing = traceCopy(serviceOptions(service.keys, service.store), {
    tenant: TENANT,
    calls: undefined,
    clips: [clipOf(noise(60))],
    onProgress: done => {
      steps.push(done);
      stop.abort();
    },
    signal: stop.signal,
  });
  await expect(tracing).rejects.toMatchObject({ code: 'aborted' });
  expect(steps).toMatchObject([{ step: 'recording' }]);
  expect(steps[0]?.share).toBeGreaterThan(0);
});
