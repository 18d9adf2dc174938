import { segmentSpan } from '@secure-call/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nurseCall } from '../support/recordings.ts';
import { openStage, type Stage } from './stage.ts';

declare global {
  interface Window {
    loot: Set<number>;
    refusals: number;
    /** Asks the vault for segments. */
    ask: () => void;
  }
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly notice?: { readonly type: string };
}

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall] });
});
afterAll(() => stage.close());

/** Runs before the page's own scripts: takes the vault's Worker over and asks it for every segment there is. */
function takeTheVaultOver(): void {
  window.loot = new Set();
  window.refusals = 0;
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      // Far from the numbers of the page's own commands.
      const first = 1_000_000;
      this.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
        if (data.notice?.type === 'answered' && !this.#asked) this.#ask(first);
        if (data.id !== undefined && data.id >= first && data.result instanceof ArrayBuffer)
          window.loot.add(data.id - first);
        if (data.id !== undefined && data.id >= first && data.error) window.refusals += 1;
      });
    }

    #asked = false;

    /** The page cannot end it. */
    override terminate(): void {}

    #ask(first: number): void {
      this.#asked = true;
      window.ask = () => {
        for (let index = 0; index < 80; index += 1)
          this.postMessage({ id: first + index, command: 'segment', args: index }, []);
      };
      // Once the page has its own first segments, every other one too.
      setTimeout(window.ask, 500);
      setInterval(() => {
        const positionSeconds = Math.max(0, window.loot.size - 2) * 2;
        const report = { type: 'playback.seeked', from: 0, to: positionSeconds, position: positionSeconds };
        this.postMessage({ id: first - 1, command: 'report', args: report }, []);
        const args = { positionSeconds, playing: true };
        this.postMessage({ id: first - 2, command: 'progress', args }, []);
      }, 250);
    }
  };
}

test('script injected in the host page gets sound, but none beyond the pace, none off the record and none after revocation', async () => {
  const { deployment, browser, officer } = stage;
  const [pack] = deployment.packages;
  if (!pack) throw new Error('There is no package.');
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(takeTheVaultOver);
  await page.goto(deployment.page.url);
  await page.waitForFunction(() => 'harness' in window);
  const since = Date.now();
  const call = { call: pack.callId, service: deployment.service.url };
  await page.evaluate(c => window.harness.open(c), call);
  const sid = await page.evaluate(() => window.harness.events[0]?.sid ?? '');
  // More than honest play would have unlocked by now: the rest risk of a page without isolation.
  await page.waitForFunction(() => window.loot.size > 30);
  expect(await officer.revoke({ session: sid })).toBe(1);
  await page.waitForFunction(() => window.harness.player?.state.status === 'revoked');
  const seconds = (Date.now() - since) / 1000;
  const loot = await page.evaluate(() => [...window.loot]);

  const leased = (await officer.records(sid))
    .filter(record => record.type === 'lease.issued')
    .map(({ body }) => body as unknown as { track: string; from: number; to: number })
    .filter(({ track }) => track === 'audio');
  const track = pack.manifest.tracks[0];
  const spans = loot.filter(index => index > 0).map(index => segmentSpan(track, index));
  for (const { from, to } of spans)
    expect(leased.some(range => range.from <= from + 0.001 && range.to >= to - 0.001)).toBe(true);
  const stolenSeconds = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  expect(stolenSeconds).toBeLessThanOrEqual(120 + 2 * seconds);
  expect(stolenSeconds).toBeLessThan(pack.durationSeconds);
  // The script has kept the Worker alive, but what is in it has been wiped: every further wish is refused.
  expect(page.workers()).toHaveLength(1);
  await page.evaluate(() => window.ask());
  await page.waitForFunction(() => window.refusals >= 80);
  expect(await page.evaluate(() => window.loot.size)).toBe(loot.length);
  await page.context().close();
});
