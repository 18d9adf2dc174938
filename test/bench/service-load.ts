import { proveRequest } from '@secure-call/protocol';
import type { SyntheticCall } from '../unit/server/synthetic-call.ts';
import { grantInput, type TestService } from '../unit/server/test-service.ts';
import { PUBLIC_URL } from '../unit/server/service-options.ts';

const WINDOW_SECONDS = 12;

/** Requests of one listener, made beforehand: what is measured is the service, not who asks it. */
export interface Listener {
  readonly path: string;
  readonly bodies: readonly string[];
}

/** A listener who opens a call and plays it: each lease tells that the window before was heard. */
export async function prepareListener(
  service: TestService,
  call: SyntheticCall,
  sub: string,
  leases: number,
): Promise<Listener> {
  const browser = await service.browser();
  const session = await browser.openSession(await service.grant(grantInput(call, browser, { sub })));
  const events = browser.events(session);
  const path = `/sessions/${session.session}/leases`;
  const bodies: string[] = [];
  for (let leaseSeq = 1; leaseSeq <= leases; leaseSeq += 1) {
    const from = WINDOW_SECONDS * leaseSeq;
    const ranges: [number, number][] = [[from - WINDOW_SECONDS, from]];
    const { jws } = await events.sign(
      { type: 'playback.listened', position: from, ranges, rate: 1 },
      new Date(),
      leaseSeq,
    );
    const payload = JSON.stringify({ leaseSeq, from, events: [jws] });
    const htu = `${PUBLIC_URL}${path}`;
    bodies.push(await proveRequest(browser.device, { htu, payload, nonce: browser.nonce }));
  }
  return { path, bodies };
}

/** How long each request of a load took, in milliseconds, and how long all. */
export interface LoadTimes {
  readonly requestMs: readonly number[];
  readonly totalMs: number;
}

/** All listeners ask at once, each for one lease after the other. @throws when one is refused */
export async function playAll(port: number, listeners: readonly Listener[]): Promise<LoadTimes> {
  const requestMs: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    listeners.map(async ({ path, bodies }) => {
      for (const body of bodies) {
        const askedAt = performance.now();
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });
        const text = await response.text();
        if (!response.ok) throw new Error(`A lease was refused: ${text}`);
        requestMs.push(performance.now() - askedAt);
      }
    }),
  );
  return { requestMs, totalMs: performance.now() - startedAt };
}
