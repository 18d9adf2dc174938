import { createCallId } from '@secure-call/protocol';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, type Handler } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { buildPage } from '../support/page-handler.ts';
import { phoneCall } from '../support/recordings.ts';

let deployment: Deployment;
let browser: Browser;
let storage: Handler;
let service: Handler;

beforeAll(async () => {
  await buildPage();
  deployment = await Deployment.create({ recordings: [phoneCall] });
  browser = await launchBrowser();
  storage = deployment.storage.handler;
  service = deployment.service.handler;
});

afterEach(() => {
  deployment.storage.serve(storage);
  deployment.service.serve(service);
  deployment.claims = input => input;
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

/** Someone tries to open the call. @returns code, status and whether anything was heard */
async function attempt(call?: string): Promise<{ code: string | undefined; status: string; level: number }> {
  const listener = await Listener.at(browser, deployment);
  const code = await (call === undefined
    ? listener.open()
    : listener.openCall({ call, service: deployment.service.url }));
  const { status } = await listener.state();
  const level = await listener.page.evaluate(() => window.harness.sound.level(10));
  await listener.page.context().close();
  return { code, status, level };
}

describe('the call cannot be opened', () => {
  test('an unknown call', async () => {
    expect(await attempt(createCallId())).toEqual({ code: 'call_unknown', status: 'denied', level: 0 });
  });

  test('a grant for another key service', async () => {
    deployment.claims = input => ({ ...input, aud: 'https://elsewhere.example' });
    expect(await attempt()).toMatchObject({ code: 'grant_invalid', status: 'denied' });
  });

  test('a grant for another browser', async () => {
    const thumbprint = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
    deployment.claims = input => ({ ...input, cnf: { jkt: thumbprint } });
    expect(await attempt()).toMatchObject({ code: 'proof_invalid', status: 'denied' });
  });
});

describe('the page is set up wrongly', () => {
  const wrong = {
    'an address without TLS': { service: 'http://keys.region.example' },
    'a worker file that is not there': { workerUrl: '/nowhere.js' },
    'a worker file of another origin': { workerUrl: 'https://cdn.example/vault.worker.js' },
    'a watermark of another origin': { workletUrl: 'https://cdn.example/watermark.worklet.js' },
  };
  for (const [name, change] of Object.entries(wrong)) {
    test(name, async () => {
      const listener = await Listener.at(browser, deployment);
      const call = { call: createCallId(), service: deployment.service.url, ...change };
      expect(await listener.openCall(call)).toBe('setup_invalid');
      expect(await listener.state()).toMatchObject({ status: 'failed', code: 'setup_invalid' });
      await listener.page.context().close();
    });
  }
});

describe('storage does not deliver', () => {
  const answers: Record<string, () => Response> = {
    'not found': () => new Response(null, { status: 404 }),
    'an HTML page with status 200': () =>
      new Response('<html>Maintenance</html>', { headers: { 'content-type': 'text/html' } }),
    'a broken server': () => new Response('oops', { status: 500 }),
  };
  for (const [name, answer] of Object.entries(answers)) {
    test(name, async () => {
      deployment.storage.serve(async request => {
        const response = answer();
        response.headers.set('access-control-allow-origin', '*');
        return request.method === 'OPTIONS' ? storage(request) : response;
      });
      expect(await attempt()).toEqual({ code: 'media_unavailable', status: 'failed', level: 0 });
    });
  }
});

describe('storage delivers something else', () => {
  test('one flipped byte is not played, and the record knows', async () => {
    deployment.storage.serve(async request => {
      const response = await storage(request);
      if (response.status !== 206 || !request.url.endsWith('audio.bin')) return response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      return new Response(bytes, { status: 206, headers: response.headers });
    });
    expect(await attempt()).toEqual({ code: 'integrity_failed', status: 'failed', level: 0 });
  });
});

describe('clocks', () => {
  test('a browser whose clock is a day wrong listens as usual', async () => {
    for (const hours of [-24, 24]) {
      const listener = await Listener.at(browser, deployment);
      await listener.page.clock.install({ time: Date.now() + hours * 3600_000 });
      await listener.page.clock.resume();
      expect(await listener.open()).toBeUndefined();
      await listener.play();
      await listener.hears();
      const state = await listener.state();
      const now = await listener.page.evaluate(() => Date.now());
      expect('access' in state && state.access.expiresAt - now).toBeGreaterThan(1700_000);
      await listener.page.context().close();
    }
  });
});
