import { traceCopy, type TraceClip, type TraceReport } from '@secure-call/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clipOf, COPY_HZ, hasProgram, LeakedCall } from '../../support/leaked-call.ts';
import { nurseCall } from '../../support/recordings.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { serviceOptions, TENANT } from './service-options.ts';
import { TestService } from './test-service.ts';

let service: TestService;
let leaked: LeakedCall;
beforeAll(async () => {
  service = await TestService.start();
  leaked = await LeakedCall.make(service, nurseCall.path, 1000);
}, 120_000);
afterAll(async () => {
  await leaked.remove();
  await service.stop();
});

const trace = (clips: readonly TraceClip[], calls?: readonly string[]): Promise<TraceReport> =>
  traceCopy(serviceOptions(service.keys, service.store), { tenant: TENANT, calls, clips });

const namesIn = ({ listeners }: TraceReport): string[] =>
  listeners.filter(({ named }) => named).map(({ sub }) => sub);

describe.runIf(hasProgram('ffmpeg'))('a copy', () => {
  test('of 90 s names its listener among a thousand, and where it comes from', async () => {
    const copy = await leaked.copy(leaked.codeOf('nurse-321'));
    const report = await trace([clipOf(copy, 31, 90)]);
    expect(report).toMatchObject({ found: true, call: leaked.pack.callId, rev: 1 });
    expect(report.clips).toMatchObject([{ name: 'leak.wav', seconds: 90, speed: 1, tempo: 1 }]);
    expect(report.clips[0]?.fromSeconds).toBeCloseTo(31, 0);
    expect(namesIn(report)).toEqual(['nurse-321']);
    const [first] = report.listeners;
    expect(first).toMatchObject({ name: 'Anna Lind', unit: { name: 'Advice line' }, leased: true });
    expect(first?.falsePositiveBound).toBeLessThanOrEqual(1e-9);
    expect(first?.seconds).toBeGreaterThan(80);
    expect(report.sessions.filter(({ named }) => named)).toEqual([]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  }, 120_000);
});

test('sound without a mark names nobody', async () => {
  const random = seededRandom('no mark');
  const noise = Float32Array.from({ length: 12 * COPY_HZ }, () => random.normal() / 10);
  const report = await trace([clipOf(noise)]);
  expect(report.found).toBe(false);
  expect(report.call).toBeUndefined();
  expect(report.summary).toMatch(/^No mark found/);
}, 120_000);
