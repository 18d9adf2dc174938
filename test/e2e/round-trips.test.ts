import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, type Handler } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { buildPage } from '../support/page-handler.ts';
import { phoneCall } from '../support/recordings.ts';

/** Far longer than a browser takes to send what does not wait for an answer. */
const ANSWER_DELAY_MS = 600;

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
