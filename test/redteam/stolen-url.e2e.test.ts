import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keptEvents } from '../support/kept-events.ts';
import { Listener } from '../support/listener.ts';
import { nurseCall } from '../support/recordings.ts';
import { openWhole, secretKeys } from './archive-holder.ts';
import { HiddenBytes } from './hidden-bytes.ts';
import { openStage, type Stage } from './stage.ts';
import { Traffic } from './traffic.ts';

let stage: Stage;
let traffic: Traffic;
let listener: Listener;
let keys: HiddenBytes;
const consoleLines: string[] = [];

/** A whole session: open, play, seek, lock, unlock, close; a second call that is refused. */
beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall] });
  const { deployment, browser } = stage;
  traffic = new Traffic(deployment);
  const [pack] = deployment.packages;
  if (!pack) throw new Error('There is no package.');
  keys = new HiddenBytes(secretKeys(await openWhole(pack, deployment.archive)));
  listener = await Listener.at(browser, deployment);
  listener.page.on('console', message => consoleLines.push(message.text()));
  listener.page.on('pageerror', error => consoleLines.push(String(error)));
  const call = { call: pack.callId, service: deployment.service.url, purpose: 'HQUALIMP' };
  await listener.page.evaluate(c => window.harness.open(c), call);
  await listener.play();
  await listener.playsTo(3);
  await listener.seek(60);
  await listener.playsTo(62);
  await listener.page.evaluate(() => window.harness.player?.lock());
  await listener.page.evaluate(() => window.harness.player?.unlock());
  await listener.play();
  await listener.playsTo(64);
}, 120_000);

afterAll(() => stage.close());

/** What must not be found in anything that is written down. */
function secretsIn(text: string): string[] {
  const persons = [
    'anna.lind',
    'Anna Lind',
    'Anna%20Lind',
    'patient-1',
    'HQUALIMP',
    '1177',
    'unit-1',
    'care-team',
  ];
  const found = persons.filter(word => text.includes(word));
  const grants = traffic.grants
    .flatMap(grant => grant.split('.').slice(1))
    .filter(part => text.includes(part));
  return [...found, ...grants.map(() => 'a grant'), ...(keys.countInText(text) > 0 ? ['a key'] : [])];
}

const stores = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const caches = 'caches' in window ? await window.caches.keys() : [];
    const files = await navigator.storage.getDirectory().then(async root => {
      const names: string[] = [];
      for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys())
        names.push(name);
      return names;
    });
    const shown = [localStorage.length, sessionStorage.length];
    return JSON.stringify([document.cookie, shown, databases, caches, files, window.name, history.state]);
  });

describe('after a whole session', () => {
  test('the grants were issued, and the search would find one', () => {
    expect(traffic.grants).toHaveLength(1);
    expect(secretsIn(`https://x.example/?g=${traffic.grants[0]}`)).toContain('a grant');
    expect(secretsIn('/?name=Anna%20Lind')).toContain('Anna%20Lind');
  });

  test('no address of any request holds a grant, a key or a person', () => {
    expect(traffic.requests.length).toBeGreaterThan(20);
    for (const { url } of traffic.requests) expect([url, secretsIn(url)]).toEqual([url, []]);
  });

  test('no header of any request does, and storage and key service learn no referrer and get no cookie', () => {
    for (const { origin, headers } of traffic.requests) {
      expect(secretsIn(headers)).toEqual([]);
      if (origin === 'page') continue;
      expect(headers).not.toContain('"referer"');
      expect(headers).not.toContain('"cookie"');
      expect(headers).not.toContain('"authorization"');
    }
  });

  test('neither history, title nor console do', async () => {
    const shown = await listener.page.evaluate(() => ({
      title: document.title,
      url: location.href,
      entries: history.length,
      media: navigator.mediaSession.metadata?.title ?? '',
    }));
    expect(shown).toEqual({
      title: 'Test page',
      url: `${stage.deployment.page.url}/`,
      entries: 2,
      media: '',
    });
    for (const line of consoleLines) expect(secretsIn(line)).toEqual([]);
    // The test page has no icon, which browsers ask for.
    expect(consoleLines.filter(line => !line.includes('404'))).toEqual([]);
  });

  test('the browser keeps nothing of it but signed events, and those only until they are on record', async () => {
    const outbox = '[{"name":"secure-call-outbox","version":1}]';
    expect(await stores(listener.page)).toBe(`["",[0,0],${outbox},[],[],"",null]`);
    expect(await listener.page.context().cookies()).toEqual([]);
    expect(secretsIn(JSON.stringify(await keptEvents(listener.page)))).toEqual([]);
    await listener.page.evaluate(() => window.harness.player?.destroy());
    expect(await keptEvents(listener.page)).toEqual([]);
  });

  test('a session’s number alone opens nothing', async () => {
    const { service } = stage.deployment;
    const sid = await listener.page.evaluate(() => window.harness.events[0]?.sid ?? '');
    for (const path of ['leases', 'stream', 'events']) {
      const body = JSON.stringify({ proof: 'a.b.c', payload: '{}' });
      const response = await fetch(`${service.url}/sessions/${sid}/${path}`, { method: 'POST', body });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain('wrapped');
    }
  });
});
