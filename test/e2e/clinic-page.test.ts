import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Clinic, startClinic } from '../../examples/clinic/server/start-clinic.ts';
import { launchBrowser } from '../support/browser.ts';
import { Visitor } from '../support/visitor.ts';

let browser: Browser;
let clinic: Clinic;
let dataFolder: string;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'clinic-'));
  clinic = await startClinic({ dataFolder, ports: { app: 0, service: 0, storage: 0, frame: 0 } });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await clinic?.close();
  await rm(dataFolder, { recursive: true, force: true });
});

const visit = (options?: BrowserContextOptions, path?: string): Promise<Visitor> =>
  Visitor.open(browser, clinic.appUrl, options, path);

/** A session's record, as the application passes it on, read until it is enough. */
async function recordUntil(address: string, isEnough: (text: string) => boolean): Promise<string> {
  const response = await fetch(address);
  let text = '';
  for await (const part of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += part;
    if (isEnough(text)) break;
  }
  return text;
}

describe('the page to listen', () => {
  let visitor: Visitor;

  beforeEach(async () => {
    visitor = await visit();
  });

  afterEach(async () => {
    await visitor.page.context().close();
  });

  test('a reason opens the call, the record grows beside it, and the chain is checked in the browser', async () => {
    await visitor.openCall();
    await visitor.reaches('playing');
    await visitor.lines('Opened').filter({ hasText: 'Reason: follow-up of care' }).waitFor();
    await visitor.lines('Unlocked 0:00').waitFor();
    await visitor.lines('Heard 0:00').waitFor();
    await visitor.page.getByText(/^Chain unbroken\. Checked in this browser at \d\d:\d\d:\d\d\.$/).waitFor();
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });

  test('what the service writes is told apart from what the player reports', async () => {
    await visitor.openCall();
    await visitor.lines('Player ready').waitFor();
    expect(await visitor.lines('Opened').getAttribute('class')).toBe('line by-service');
    expect(await visitor.lines('Player ready').getAttribute('class')).toBe('line by-player');
  });

  test('a record that was changed on its way is called out', async () => {
    await visitor.page.route('**/record?*', async route => {
      const text = await recordUntil(route.request().url(), so => so.split('\n').length > 2);
      const [first = '', second = ''] = text.split('\n');
      const changed = { ...(JSON.parse(second) as object), receivedAt: '2026-01-01T00:00:00.000Z' };
      await route.fulfill({ body: `${first}\n${JSON.stringify(changed)}\n` });
    });
    await visitor.openCall();
    await visitor.page.getByText('The chain is broken at line 2').waitFor();
  });

  test('ending the session stops the player, and the list opens the call anew', async () => {
    await visitor.openCall();
    await visitor.reaches('playing');
    await visitor.page.getByText('Here you play the privacy office.').waitFor();
    await visitor.page.getByRole('button', { name: 'End this session for Anna Lind' }).click();
    await visitor.reaches('revoked');
    await visitor.player.getByText('Your access was withdrawn').waitFor();
    await visitor.lines('Session ended').filter({ hasText: 'By Privacy office, Region X' }).waitFor();
    await visitor.page.getByText('Here you play the privacy office.').waitFor({ state: 'hidden' });

    await visitor.page.getByRole('button', { name: 'Open the call again' }).click();
    await visitor.player.getByRole('button', { name: 'Listen to the call' }).waitFor();
    await visitor.openCall();
    await visitor.page.getByRole('button', { name: 'End this session for Anna Lind' }).click();
    await visitor.reaches('revoked');
    await visitor.page.getByRole('link', { name: 'Karin Holm' }).click();
    await visitor.player.getByRole('button', { name: 'Listen to the call' }).waitFor();
    await visitor.page.getByText('No one listens now.').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  test('a call of another unit is refused, the refusal is kept, and emergency access opens it', async () => {
    await visitor.page.getByRole('link', { name: 'Another unit' }).click();
    await visitor.openCall();
    await visitor.reaches('denied');
    await visitor.page.getByText('The application refused this call').waitFor();
    expect(await visitor.violations()).toEqual([]);
    const kept = await readFile(join(dataFolder, 'host-decisions.ndjson'), 'utf8');
    expect(kept).toContain('"granted":false');

    await visitor.player.getByText(/^Your role or unit.* The attempt is on record\.$/).waitFor();
    await visitor.player.getByRole('button', { name: 'Emergency access' }).click();
    await visitor.player.getByRole('textbox').fill('The caller collapsed while another unit had the call.');
    await visitor.player.getByRole('checkbox').check();
    await visitor.player.getByRole('button', { name: 'Open in emergency' }).click();
    await visitor.reaches('playing');
    await visitor.lines('Emergency access').waitFor();
  });

  test('what the listener writes beside the purpose is on the record', async () => {
    await visitor.player.getByRole('button', { name: 'Listen to the call' }).click();
    await visitor.player.getByRole('radio', { name: 'Complaint or incident' }).check();
    await visitor.player.getByRole('textbox', { name: 'Case number' }).fill('A-17');
    await visitor.player.getByRole('button', { name: 'Open and listen' }).click();
    await visitor.lines('Opened').filter({ hasText: 'Note: A-17' }).waitFor();
  });

  test('the record shows the chosen call alone, and "What is recorded" points it out', async () => {
    const record = visitor.page.locator('.record');
    const following = visitor.page.waitForRequest('**/record?*');
    await visitor.openCall();
    const address = (await following).url();
    await visitor.lines('Heard 0:00').waitFor();
    await visitor.player.getByRole('button', { name: 'What is recorded' }).click();
    expect(await record.evaluate(panel => getComputedStyle(panel).outlineStyle)).toBe('solid');
    expect(await record.textContent()).toContain('Call to 1177');
    await visitor.page.getByRole('link', { name: 'Service desk' }).click();
    await visitor.page.getByText('No one listens now.').waitFor();
    expect(await record.textContent()).toContain('Call to Switchboard');
    // The closed player's last report reaches the key service, and this panel no more.
    await recordUntil(address, so => so.includes('"type":"client.closed"'));
    expect(await visitor.page.locator('.line').count()).toBe(0);
  });

  test('what a page that died has not told is on record when it is loaded again, before anyone listens', async () => {
    const following = visitor.page.waitForRequest('**/record?*');
    await visitor.openCall();
    const address = (await following).url();
    await visitor.lines('Heard 0:00').waitFor();
    const crashed = visitor.page.waitForEvent('crash');
    const devtools = await visitor.page.context().newCDPSession(visitor.page);
    void devtools.send('Page.crash').catch(() => undefined);
    await crashed;
    const next = await visitor.page.context().newPage();
    await next.goto(`${clinic.appUrl}/listen`);
    await recordUntil(address, so => so.includes('"type":"client.closed"'));
    await next
      .frameLocator('secure-call-player iframe')
      .getByRole('button', { name: 'Listen to the call' })
      .waitFor();
  });

  test('the chosen call survives a reload', async () => {
    await visitor.page.getByRole('link', { name: 'Service desk' }).click();
    await visitor.playerCall('Call to Switchboard, 21 November, 14:05').waitFor();
    await visitor.page.reload();
    await visitor.playerCall('Call to Switchboard, 21 November, 14:05').waitFor();
    expect(await visitor.page.locator('[aria-current=page].call').textContent()).toContain('Service desk');
  });

  test('everything can be reached and used by keyboard', async () => {
    const { keyboard } = visitor.page;
    const tabTo = async (name: string, key = 'Tab'): Promise<void> => {
      for (let presses = 0; presses < 30; presses += 1) {
        await keyboard.press(key);
        if ((await visitor.focusedText()).includes(name)) return;
      }
      throw new Error(`"${name}" cannot be reached by keyboard.`);
    };
    await tabTo('To the player');
    await tabTo('Service desk');
    await keyboard.press('Enter');
    await visitor.playerCall('Call to Switchboard').waitFor();
    await tabTo('Listen to the call');
    // Out of the frame on both sides, and in again.
    await tabTo('Another unit', 'Shift+Tab');
    await tabTo('Listen to the call');
    await keyboard.press('Enter');
    await visitor.player.getByRole('radio', { name: 'Follow-up of care' }).waitFor();
  });
});

test.each(['light', 'dark'] as const)(
  'the %s page has nothing axe objects to, at every width',
  async colorScheme => {
    for (const width of [1440, 1024, 390]) {
      const visitor = await visit({ colorScheme, viewport: { width, height: 900 } });
      expect(await visitor.violations()).toEqual([]);
      expect(await visitor.overflows()).toBe(false);
      await visitor.page.context().close();
    }
  },
);

test('a phone sees that the list goes on, and in whose name the call is heard', async () => {
  const visitor = await visit({ viewport: { width: 390, height: 844 } });
  const last = await visitor.page.getByRole('link', { name: 'Service desk' }).boundingBox();
  expect(last?.x).toBeLessThan(370);
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeGreaterThan(390);
  await visitor.openCall();
  await visitor.reaches('playing');
  const foot = visitor.player.getByText(/^Listening as Anna Lind/);
  expect(await foot.textContent()).toMatch(/What you hear is recorded\.$/);
  expect(await foot.isVisible()).toBe(true);
  await visitor.page.context().close();
});

test('the page speaks Swedish to those who do', async () => {
  for (const [locale, path] of [
    ['sv-SE', '/listen'],
    ['en-GB', '/listen?lang=sv'],
  ] as const) {
    const visitor = await visit({ locale }, path);
    await visitor.player.getByRole('button', { name: 'Lyssna på samtalet' }).waitFor();
    expect(await visitor.page.getByRole('heading', { name: 'Åtkomstregistret, direkt' }).count()).toBe(1);
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe('sv');
    await visitor.page.context().close();
  }
});

describe('the application', () => {
  const grantRequest = (reason: object): string =>
    JSON.stringify({ call: clinic.calls[0]?.call, reason, deviceKeyThumbprint: 'A'.repeat(43) });
  const post = (
    headers: Record<string, string>,
    reason: object = { purpose: 'TREAT' },
    url = clinic.frameUrl,
  ): Promise<Response> => fetch(`${url}/grants`, { method: 'POST', body: grantRequest(reason), headers });

  /** Follows one redirect as a browser would. */
  async function follow(address: string, cookie = ''): Promise<{ to: string; cookie: string }> {
    const headers = { accept: 'text/html', cookie };
    const response = await fetch(address, { redirect: 'manual', headers });
    expect(response.status).toBe(303);
    const [name = ''] = response.headers.get('set-cookie')?.split(';') ?? [];
    return { to: response.headers.get('location') ?? '', cookie: name };
  }

  /** What the player's own page sends. */
  async function ofTheFrame(): Promise<Record<string, string>> {
    const { to } = await follow(`${clinic.appUrl}/`);
    return { origin: clinic.frameUrl, cookie: (await follow(to)).cookie };
  }

  test.each([
    { purpose: 'ETREAT', text: 'The caller collapsed.' },
    { purpose: 'TREAT', text: 'The caller collapsed.', breakGlass: true },
    { purpose: 'ETREAT', breakGlass: true },
  ])('grants no emergency that does not say so and why: %j', async reason => {
    expect((await post(await ofTheFrame(), reason)).status).toBe(400);
  });

  test('gives grants to the player’s frame only, and to it only where someone is signed in', async () => {
    const own = await ofTheFrame();
    expect((await post(own)).status).toBe(200);
    expect((await post({ ...own, cookie: '' })).status).toBe(401);
    expect((await post({ ...own, cookie: `player=${'A'.repeat(43)}` })).status).toBe(401);
    expect((await post({ cookie: own['cookie'] ?? '' })).status).toBe(403);
    expect((await post({ ...own, origin: clinic.appUrl })).status).toBe(403);
    expect((await post({ ...own, origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await post({ ...own, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    const atTheApp = { ...own, origin: clinic.appUrl };
    expect((await post(atTheApp, { purpose: 'TREAT' }, clinic.appUrl)).status).toBe(404);
  });

  test('hands a sign-in over once, to a page that is visited, by a cookie that no script reads', async () => {
    const { to, cookie } = await follow(`${clinic.appUrl}/?lang=sv`);
    expect(new URL(to).origin).toBe(clinic.frameUrl);
    const inFrame = { headers: { 'sec-fetch-dest': 'iframe' }, redirect: 'manual' } as const;
    expect((await fetch(to, inFrame)).status).toBe(403);
    const taken = await fetch(to, { redirect: 'manual' });
    expect(taken.headers.get('set-cookie')).toMatch(/^player=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await fetch(to, { redirect: 'manual' })).status).toBe(403);
    // And back to where the person wanted to go, on this origin only.
    const back = taken.headers.get('location') ?? '';
    expect(await follow(back, cookie)).toMatchObject({ to: `${clinic.appUrl}/?lang=sv` });
    const elsewhere = `${clinic.appUrl}/signed-in?to=${encodeURIComponent('//elsewhere.example/')}`;
    expect(await follow(elsewhere, cookie)).toMatchObject({ to: `${clinic.appUrl}/` });
    expect((await fetch(back, { headers: { accept: 'text/html' } })).status).toBe(403);
  });

  test('lets its own pages alone hold the frame', async () => {
    const policy = (await fetch(`${clinic.frameUrl}/frame.html`)).headers.get('content-security-policy');
    expect(policy).toContain(`frame-ancestors ${clinic.appUrl};`);
    const byAnotherName = new URL('/frame.html', clinic.frameUrl);
    byAnotherName.hostname = 'localhost';
    expect((await fetch(byAnotherName)).status).toBe(421);
  });

  test('works under its own name only, and sends those who come by another one there', async () => {
    const byAnotherName = new URL('/?lang=sv', clinic.appUrl);
    byAnotherName.hostname = 'localhost';
    const response = await fetch(byAnotherName, { redirect: 'manual' });
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe(`${clinic.appUrl}/?lang=sv`);
  });

  test('shows the record to its own page only', async () => {
    const address = `${clinic.appUrl}/record?session=${'A'.repeat(22)}&after=0`;
    const response = await fetch(address, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(response.status).toBe(403);
  });

  test('keeps its keys readable by their owner only', async () => {
    expect((await stat(join(dataFolder, 'keys.json'))).mode & 0o077).toBe(0);
  });

  test('starts again with the calls it has packed', async () => {
    const folders = clinic.calls.map(({ call }) => join(dataFolder, 'storage', call));
    expect(folders.every(folder => existsSync(folder))).toBe(true);
    const packing: string[] = [];
    const ports = { app: 0, service: 0, storage: 0, frame: 0 };
    const again = await startClinic({ dataFolder, ports, log: line => packing.push(line) });
    await again.close();
    expect(packing).toEqual([]);
    expect(again.calls.map(({ call }) => call)).toEqual(clinic.calls.map(({ call }) => call));
  });
});

test('the key service can be taken away and comes back at the same address with the same record', async () => {
  const visitor = await visit();
  await visitor.openCall();
  await visitor.lines('Opened').waitFor();
  await clinic.service.stop();
  await visitor.page.getByText('The record does not answer.').waitFor();
  await clinic.service.start();
  await visitor.page.getByText('The record does not answer.').waitFor({ state: 'hidden' });
  expect(await visitor.lines('Opened').count()).toBe(1);
  await visitor.page.context().close();
});
