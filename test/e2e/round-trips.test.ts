import type { LeaseRequest } from '@secure-call/protocol';
import { decodeJwt } from 'jose';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, type Handler } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { buildPage } from '../support/page-handler.ts';
import { phoneCall } from '../support/recordings.ts';
import { until } from '../support/until.ts';

/** Far longer than a browser takes to send what does not wait for an answer. */
const ANSWER_DELAY_MS = 600;
/** Far behind what comes with the session. */
const JUMP_SECONDS = 30;

interface Sent {
  readonly what: string;
  /** 1 for requests that waited for no answer, one more for those that waited for an answer of that depth. */
  readonly depth: number;
}

let deployment: Deployment;
let browser: Browser;
const sent: Sent[] = [];
let answeredDepth = 0;

/** Holds answers back, so that requests that arrive meanwhile cannot have waited for them. */
function counted(handler: Handler): Handler {
  return async request => {
    const depth = answeredDepth + 1;
    const { pathname } = new URL(request.url);
    sent.push({
      what: `${request.method} ${pathname.split('/').at(-1)} ${request.headers.get('range') ?? ''}`.trim(),
      depth,
    });
    await new Promise(resolve => setTimeout(resolve, ANSWER_DELAY_MS));
    answeredDepth = Math.max(answeredDepth, depth);
    return handler(request);
  };
}

/** The same for the watermark, which the page's own server holds. */
function worklet(handler: Handler): Handler {
  const slow = counted(handler);
  return request => (request.url.endsWith('/watermark.worklet.js') ? slow(request) : handler(request));
}

beforeAll(async () => {
  await buildPage();
  deployment = await Deployment.create({ recordings: [phoneCall] });
  deployment.storage.serve(counted(deployment.storage.handler));
  deployment.service.serve(counted(deployment.service.handler));
  deployment.page.serve(worklet(deployment.page.handler));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

test('one round trip from grant to first key, one more to the first sound and its watermark', async () => {
  deployment.claims = input => ({ ...input, call: { ...input.call, watermark: { client: 'required' } } });
  const listener = await Listener.at(browser, deployment);
  expect(await listener.open()).toBeUndefined();
  const session = sent.filter(({ what }) => what === 'POST sessions');
  expect(session.map(({ depth }) => depth)).toEqual([1]);
  const storage = sent.filter(({ what }) => /^(GET|OPTIONS) (audio|hashes)\.bin/.test(what));
  const firstSound = storage.filter(({ depth }) => depth === 2);
  expect(firstSound.map(({ what }) => what.split(' ', 2).join(' '))).toEqual(Array(3).fill('GET audio.bin'));
  // What nobody has pressed play for is fetched no faster than the engine asks: nothing shares the way of what sounds first.
  expect(storage.filter(({ depth }) => depth > 2).length).toBeLessThanOrEqual(1);
  const watermark = sent.filter(({ what }) => what === 'GET watermark.worklet.js');
  expect(watermark.map(({ depth }) => depth)).toEqual([2]);
  await listener.page.context().close();
});

test('a jump asks for its lease before its events are signed, which go with the next request', async () => {
  const asked: LeaseRequest[] = [];
  const { handler } = deployment.service;
  deployment.service.serve(async request => {
    if (request.url.endsWith('/leases')) {
      const { payload } = (await request.clone().json()) as { payload: string };
      asked.push(JSON.parse(payload) as LeaseRequest);
    }
    return handler(request);
  });
  const listener = await Listener.at(browser, deployment);
  expect(await listener.open()).toBeUndefined();
  // When this is answered, no request is under way and no event waits.
  await listener.page.evaluate(() => window.harness.player?.retry());
  await listener.seek(JUMP_SECONDS);
  const tells = ({ events }: LeaseRequest): boolean =>
    events.some(event => decodeJwt(event)['type'] === 'playback.seeked');
  await until(
    () => asked.some(tells),
    30_000,
    () => JSON.stringify(asked),
  );
  const jump = asked.findIndex(({ from }) => from > JUMP_SECONDS - 5);
  expect(asked[jump]).toMatchObject({ tracks: ['audio'], events: [] });
  expect(asked.findIndex(tells)).toBe(jump + 1);
  await listener.page.context().close();
  deployment.service.serve(handler);
});
