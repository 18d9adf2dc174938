import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startExample } from '../../examples/simple/server.mjs';
import { launchBrowser } from '../support/browser.ts';

let example: Awaited<ReturnType<typeof startExample>>;
let browser: Browser;

beforeAll(async () => {
  const { build } = await import('vite');
  const configFile = fileURLToPath(new URL('../../examples/simple/vite.config.mjs', import.meta.url));
  await build({ configFile, logLevel: 'error' });
  example = await startExample(0);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await example?.close();
});

test('the example plays under its policy, and every access is written down', async () => {
  const written = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  const complaints: string[] = [];
  page.on('response', response => {
    if (!response.ok()) complaints.push(`${response.status()} ${new URL(response.url()).pathname}`);
  });
  page.on('console', message => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(error.message));
  await page.goto(example.url);
  await page.getByRole('button', { name: 'Listen' }).click();
  const position = (): Promise<number> =>
    page.evaluate(() => {
      const media = document.querySelector<HTMLElement & { currentTime: number }>('secure-call-player');
      return media?.currentTime ?? 0;
    });
  await expect.poll(position, { timeout: 30_000 }).toBeGreaterThan(3);
  const lines = written.mock.calls.map(([line]) => String(line));
  expect(lines.map(line => line.split(/\s+/)[2]).slice(0, 2)).toEqual(['player.ready', 'playback.started']);
  expect(complaints).toEqual([]);
  written.mockRestore();
});

test('its backend gives keys to its own page, and of its own call only', async () => {
  const ask = (origin: string, keyId: string): Promise<Response> =>
    fetch(`${example.url}/keys`, {
      method: 'POST',
      headers: { origin },
      body: JSON.stringify({ keyIds: [keyId], publicJwk: {}, jkt: '' }),
    });
  const own = `${example.url}/recording/keys/call`;
  expect((await ask('https://elsewhere.example', own)).status).toBe(403);
  expect((await ask(example.url, `${example.url}/recording/keys/other`)).status).toBe(403);
  expect((await fetch(`${example.url}/../keys/call.key`)).status).toBe(404);
  expect((await fetch(`${example.url}/%2e%2e/keys/call.key`)).status).toBe(404);
});
