import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { Officer } from '../support/officer.ts';
import { buildPage } from '../support/page-handler.ts';
import { phoneCall } from '../support/recordings.ts';
import { openChangedPage, openInsecurePage } from './changed-page.ts';

let deployment: Deployment;
let browser: Browser;

beforeAll(async () => {
  await buildPage();
  deployment = await Deployment.create({ recordings: [phoneCall] });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

/** What a person is told who tries to open the call there, and whether the key service ever heard of it. */
async function attempt(page: Page): Promise<{ code: string | undefined; state: unknown; sessions: number }> {
  const call = { call: deployment.packages[0]?.callId ?? '', service: deployment.service.url };
  const refusal = await page.evaluate(c => window.harness.open(c), call);
  const state = await page.evaluate(() => window.harness.player?.state);
  await page.context().close();
  const records = await new Officer(deployment).records();
  const sessions = records.filter(record => record.type === 'grant.redeemed').length;
  return { code: refusal?.code, state, sessions };
}

const told = (missing: string): object => ({
  code: 'unsupported',
  state: { status: 'unsupported', missing },
  sessions: 0,
});

describe('a browser that lacks something says what, before anyone is asked for a key', () => {
  const lacking: Record<string, () => void> = {
    Workers: () => Reflect.deleteProperty(globalThis, 'Worker'),
    'Web Audio': () => Reflect.deleteProperty(globalThis, 'AudioContext'),
    'Media Source Extensions': () => {
      Reflect.deleteProperty(globalThis, 'MediaSource');
      Reflect.deleteProperty(globalThis, 'ManagedMediaSource');
    },
    'AAC in Media Source Extensions': () => {
      MediaSource.isTypeSupported = type => type.includes('opus');
    },
    'Compression Streams': () => Reflect.deleteProperty(globalThis, 'DecompressionStream'),
  };
  for (const [missing, remove] of Object.entries(lacking)) {
    test(missing, async () => {
      expect(await attempt(await openChangedPage(browser, deployment.page.url, remove))).toEqual(
        told(missing),
      );
    });
  }

  test('a secure connection', async () => {
    const page = await openInsecurePage(browser, deployment);
    expect(await attempt(page)).toEqual(told('a secure connection (https)'));
  });
});

test('nothing missing, nothing said', async () => {
  const page = await openChangedPage(browser, deployment.page.url);
  expect(await attempt(page)).toMatchObject({ code: undefined, state: { status: 'ready' }, sessions: 1 });
});
