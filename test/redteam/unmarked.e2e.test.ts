import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Handler } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { phoneCall } from '../support/recordings.ts';
import { SessionMarks } from '../support/session-marks.ts';
import { openStage, type Stage } from './stage.ts';
import { learnWiring, worklets } from './worklet-faults.ts';

const WORKLET = '/watermark.worklet.js';

let stage: Stage;
let page: Handler;
let marks: SessionMarks;

beforeAll(async () => {
  stage = await openStage({ recordings: [phoneCall] });
  page = stage.deployment.page.handler;
  marks = new SessionMarks(stage.deployment);
});
afterEach(() => stage.deployment.page.serve(page));
afterAll(() => stage.close());

/** The page's server answers otherwise for the watermark's file. */
function serveWorklet(change: (response: Response) => Promise<Response>): void {
  stage.deployment.page.serve(async request => {
    const response = await page(request);
    return new URL(request.url).pathname === WORKLET ? change(response) : response;
  });
}

const script = (text: string, { headers }: Response): Response => new Response(text, { headers });

/** Waits for the record of the page's session to tell that the mark was lost. */
async function lossIsOnRecord(listener: Listener): Promise<void> {
  const sid = await listener.page.evaluate(() => window.harness.events[0]?.sid ?? '');
  const types = async (): Promise<string[]> =>
    (await stage.officer.records(sid))
      .filter(record => record.author === 'client')
      .map(record => (record.body as { event: { type: string } }).event.type);
  await expect.poll(types, { timeout: 10_000 }).toContain('watermark.degraded');
}

describe('the watermark cannot be loaded', () => {
  const answers: Record<string, (response: Response) => Promise<Response>> = {
    'it is not there': () => Promise.resolve(new Response(null, { status: 404 })),
    'the connection breaks': () => Promise.reject(new Error('connection reset')),
    'it is a login page of the network': () =>
      Promise.resolve(
        new Response('<html>Please log in</html>', { headers: { 'content-type': 'text/html' } }),
      ),
    'it is another script': response => Promise.resolve(script('', response)),
    'it throws': async response => script(`throw new Error('no'); ${await response.text()}`, response),
  };
  for (const [name, change] of Object.entries(answers)) {
    test(`${name}: no sound, and the record knows`, async () => {
      serveWorklet(change);
      const listener = await Listener.at(stage.browser, stage.deployment);
      expect(await listener.open()).toBe('watermark_degraded');
      expect(await listener.state()).toMatchObject({ status: 'failed', code: 'watermark_degraded' });
      // Pressing play does not help.
      await listener.play();
      expect(await listener.page.evaluate(() => window.harness.sound.level(10))).toBe(0);
      await lossIsOnRecord(listener);
      await listener.page.context().close();
    });
  }

  test('the browser has no worklets: it is told so, and the record knows', async () => {
    const listener = await Listener.at(stage.browser, stage.deployment);
    await listener.page.evaluate(() => Reflect.deleteProperty(BaseAudioContext.prototype, 'audioWorklet'));
    expect(await listener.open()).toBe('unsupported');
    expect(await listener.state()).toMatchObject({ status: 'unsupported', missing: 'AudioWorklet' });
    await lossIsOnRecord(listener);
    await listener.page.context().close();
  });
});

/** Plays until the fault has set in. The sound up to then carries the mark; afterwards there is none. */
async function fallsSilent(listener: Listener, setIn: () => Promise<void>): Promise<void> {
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  await listener.hears();
  await setIn();
  await listener.reaches('failed');
  await listener.hearsNothing(1000);
  expect(await listener.state()).toMatchObject({ code: 'watermark_degraded' });
  const heard = await listener.page.evaluate(mark => window.harness.compareMark(mark), marks.last);
  expect(heard.level).toBeGreaterThan(0);
  expect(heard.largestError).toBeLessThan(1e-6);
  await lossIsOnRecord(listener);
}

describe('the watermark fails while it plays', () => {
  for (const [name, before] of Object.entries(worklets)) {
    test(`${name}: silence at once, and the record knows`, async () => {
      serveWorklet(async response => script(before + (await response.text()), response));
      const listener = await Listener.at(stage.browser, stage.deployment);
      await fallsSilent(listener, () => Promise.resolve());
      await listener.page.context().close();
    });
  }
});

describe('a script of the page wires the sound', () => {
  for (const how of ['around', 'off'] as const) {
    test(`${how === 'around' ? 'past the watermark' : 'off behind it'}: silence at once, and the record knows`, async () => {
      const listener = await Listener.at(stage.browser, stage.deployment);
      await listener.page.addInitScript(learnWiring);
      await listener.page.reload();
      await listener.page.waitForFunction(() => 'harness' in window);
      await fallsSilent(listener, () => listener.page.evaluate(h => window.rewire(h), how));
      await listener.page.context().close();
    });
  }
});

test('after a failure the call is opened anew, where it was, and plays marked', async () => {
  const fault = worklets['the marker throws'] ?? '';
  serveWorklet(async response => script(fault + (await response.text()), response));
  const listener = await Listener.at(stage.browser, stage.deployment);
  await fallsSilent(listener, () => Promise.resolve());
  stage.deployment.page.serve(page);
  const failed = await listener.state();
  await listener.page.evaluate(() => window.harness.player?.open({ purpose: 'TREAT' }));
  const { positionSeconds = 0 } = failed as { positionSeconds?: number };
  expect(positionSeconds).toBeGreaterThan(1);
  expect(await listener.state()).toMatchObject({ status: 'ready', positionSeconds });
  await listener.play();
  await listener.playsTo(positionSeconds + 2);
  await listener.page.context().close();
});
