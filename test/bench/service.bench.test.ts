import type { StoreLocation } from '@secure-call/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PostgresServer } from '../support/postgres-server.ts';
import { bundleService } from '../unit/server/service-bundle.ts';
import { TestService } from '../unit/server/test-service.ts';
import { playAll, prepareListener } from './service-load.ts';
import { measureFloors } from './service-floors.ts';
import { ServiceProcess } from './service-process.ts';

/** Listeners at once; the last ones ask for more than two cores can give. */
const CURVE = [1, 2, 4, 8, 16, 32, 64];
const WARM_UP = [8, 16, 16, 16];
const LEASES_OF_POINT = 384;
const LONGEST_PLAY = 48;
const BAR_CPU_MS = 1;
const POLICY = { bucketSeconds: 36_000 };

let program: string;
beforeAll(async () => {
  program = await bundleService('service-bench');
});

describe('leases a second', () => {
  let postgres: PostgresServer | undefined;
  beforeAll(async () => {
    postgres = await PostgresServer.start();
  });
  afterAll(() => postgres?.stop());

  test('on SQLite', () => expectCheap('SQLite', undefined));
  test('on PostgreSQL', async ({ skip }) => {
    if (!postgres) return skip();
    await expectCheap('PostgreSQL', { url: postgres.url(await postgres.createDatabase()) });
  });
});

interface Point {
  readonly listeners: number;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly systemMs: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

async function expectCheap(store: string, location: StoreLocation | undefined): Promise<void> {
  const service = await TestService.start({ policy: POLICY, ...(location ? { location } : {}) });
  try {
    const call = await service.registerCall({ durationSeconds: 900, variants: 2 });
    const child = await ServiceProcess.start(program, {
      keys: service.keys,
      location: service.location,
      haltAfterCommit: null,
      policy: POLICY,
    });
    const points: Point[] = [];
    // A service runs for weeks: its code is compiled by then.
    for (const listeners of WARM_UP) await measure(service, child, call, listeners);
    for (const listeners of CURVE) points.push(await measure(service, child, call, listeners));
    await child.stop();
    print(store, points);
    const least = Math.min(...points.map(({ cpuMs }) => cpuMs));
    expect(least).toBeLessThanOrEqual(BAR_CPU_MS);
  } finally {
    await service.stop();
  }
}

let people = 0;

async function measure(
  service: TestService,
  child: ServiceProcess,
  call: Parameters<typeof prepareListener>[1],
  count: number,
): Promise<Point> {
  const leases = Math.min(LONGEST_PLAY, LEASES_OF_POINT / count);
  const listeners = await Promise.all(
    Array.from({ length: count }, () => prepareListener(service, call, `nurse-${(people += 1)}`, leases)),
  );
  const before = await child.cpuMs();
  const { requestMs, totalMs } = await playAll(child.port, listeners);
  const after = await child.cpuMs();
  const sorted = requestMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return {
    listeners: count,
    perSecond: (1000 * requestMs.length) / totalMs,
    cpuMs: (after.all - before.all) / requestMs.length,
    systemMs: (after.system - before.system) / requestMs.length,
    medianMs: at(0.5),
    p99Ms: at(0.99),
  };
}

function print(store: string, points: readonly Point[]): void {
  const row = (...cells: string[]): string => cells.map(cell => cell.padStart(18)).join('');
  const head = row(store, 'leases a second', 'CPU of the service', 'of that system', 'median', '99 % within');
  const body = points.map(({ listeners, perSecond, cpuMs, systemMs, medianMs, p99Ms }) =>
    row(
      `${listeners} at once`,
      perSecond.toFixed(0),
      `${cpuMs.toFixed(2)} ms`,
      `${systemMs.toFixed(2)} ms`,
      `${medianMs.toFixed(1)} ms`,
      `${p99Ms.toFixed(1)} ms`,
    ),
  );
  const floors = measureFloors().map(
    ({ what, cpuMs, wallMs }) =>
      `  of that at least ${cpuMs.toFixed(2)} ms (${wallMs.toFixed(2)} by the clock) to ${what}`,
  );
  console.log([head, ...body, ...floors].join('\n'));
}
