import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage } from '../redteam/stage.ts';
import type { Handler } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { Officer } from '../support/officer.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { nurseCall } from '../support/recordings.ts';
import { percentile } from './percentile.ts';
import { ServeProcess } from './serve-process.ts';

const REVOCATIONS = 30;
const BAR_P95_MS = 1000;

let postgres: PostgresServer | undefined;
let stage: Stage;
let services: readonly [ServeProcess, ServeProcess];

beforeAll(async () => {
  postgres = await PostgresServer.start();
  if (!postgres) return;
  const url = postgres.url(await postgres.createDatabase());
  stage = await openStage({ recordings: [nurseCall], location: { url } });
  const config = await stage.deployment.configure();
  services = await Promise.all([ServeProcess.start(config, url), ServeProcess.start(config, url)]);
  stage.deployment.service.serve(balancerTo(services[0]));
});
afterAll(async () => {
  if (!postgres) return;
  await stage.close();
  await Promise.all(services.map(service => service.stop()));
  await postgres.stop();
});

/** Hands on what players ask, and what is answered as it comes. */
function balancerTo({ url }: ServeProcess): Handler {
  return async request => {
    const { pathname } = new URL(request.url);
    const { method, headers, signal } = request;
    const body = method === 'GET' || method === 'HEAD' ? null : await request.text();
    const answer = await fetch(url + pathname, { method, headers: passedOn(headers), body, signal });
    return new Response(answer.body, { status: answer.status, headers: passedOn(answer.headers) });
  };
}

/** Of one connection only (RFC 9110 section 7.6.1), or not true any more once a body was read. */
const OF_THE_CONNECTION = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
];

function passedOn(headers: Headers): Headers {
  const passed = new Headers(headers);
  for (const name of [...OF_THE_CONNECTION, 'host']) passed.delete(name);
  return passed;
}

test('from a revocation at one service to silence in a browser that plays from another', async ({ skip }) => {
  if (!postgres) return skip();
  const officer = new Officer(stage.deployment, services[1].url);
  const took: number[] = [];
  for (let count = 0; count < REVOCATIONS; count += 1) took.push(await revokeOne(officer));
  const [half, most, longest] = [0.5, 0.95, 1].map(share => `${percentile(took, share).toFixed(0)} ms`);
  console.log(
    [
      `${took.length} revocations: from the request at one service to 100 ms of silence in Chromium, which plays from another`,
      `  half within ${half}, 95 % within ${most} (bar ${BAR_P95_MS} ms), all within ${longest}`,
    ].join('\n'),
  );
  expect(percentile(took, 0.95)).toBeLessThanOrEqual(BAR_P95_MS);
});

/** @returns milliseconds from the request until the last 100 ms of what came out were zeros */
async function revokeOne(officer: Officer): Promise<number> {
  const listener = await Listener.at(stage.browser, stage.deployment);
  const refused = await listener.open();
  if (refused !== undefined) throw new Error(`The call was not opened: ${refused}`);
  await listener.play();
  await listener.hears();
  const session = await listener.page.evaluate(() => window.harness.events[0]?.sid ?? '');
  const revokedAt = performance.now();
  const [revoked] = await Promise.all([officer.revoke({ session }), listener.hearsNothing(5000)]);
  const took = performance.now() - revokedAt;
  if (revoked !== 1) throw new Error('The session was not revoked.');
  // Silent for this reason, and not because it had paused for another.
  await listener.reaches('revoked', 2000);
  await listener.page.context().close();
  return took;
}
