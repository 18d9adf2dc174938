/** Script in the host page against a player in a frame of another origin, and against the same element without one. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Origin } from '../support/deployment.ts';
import { createHostPage } from '../support/frame-site.ts';
import { inFrame, IsolationStage, listen, playsTo } from '../support/isolation-stage.ts';
import { nurseCall } from '../support/recordings.ts';
import { type KnownPackage, openWhole, soundRuns } from './archive-holder.ts';
import { HiddenBytes } from './hidden-bytes.ts';
import { plunder } from './plunder.ts';

let stage: IsolationStage;
/** Another port of the same machine is another origin. */
let elsewhere: Origin;
let known: KnownPackage;
let sound: HiddenBytes;
let everything: HiddenBytes;

beforeAll(async () => {
  stage = await IsolationStage.open({ recordings: [nurseCall] });
  elsewhere = await Origin.listen(({ url }) => {
    const body = url.endsWith('/fake.html') ? fakeFrame : pageThatHolds(stage.site.isolation.frame);
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/html' } }));
  });
  const [pack] = stage.deployment.packages;
  if (!pack) throw new Error('There is no package.');
  known = await openWhole(pack, stage.deployment.archive);
  sound = new HiddenBytes(soundRuns(known, 1));
  // Of every track, peaks included, and the beginning of every key.
  everything = new HiddenBytes([
    ...soundRuns(known, 1),
    ...known.segments.map(({ plaintext }) => plaintext.slice(8, 32)),
    ...known.segments.map(({ key }) => key),
    known.callKey,
  ]);
});
afterAll(async () => {
  await elsewhere.stop();
  await stage.close();
});
beforeEach(() => void stage.site.attempts.splice(0));

/** Says ready as the player does. */
const fakeFrame = `<script>
  parent.postMessage('secure-call-frame ready 1', '*');
  onmessage = event => parent.postMessage('ports ' + event.ports.length, '*');
</script>`;

const pageThatHolds = (frame: string): string =>
  `<script>heard = []; onmessage = event => heard.push(event.data)</script><iframe src="${frame}"></iframe>`;

const hostile = (): Promise<Page> => stage.visit(page => page.addInitScript(plunder));

async function lootOf(page: Page): Promise<{ bytes: Uint8Array[]; text: string; handles: string[] }> {
  const { bytes, texts, handles } = await page.evaluate(() => ({ ...window.plundered, ports: [] }));
  return { bytes: bytes.map(text => Buffer.from(text, 'base64')), text: texts.join('\n'), handles };
}

const countIn = (needles: HiddenBytes, all: readonly Uint8Array[]): number =>
  needles.countIn(Buffer.concat(all));

/** The script asks for a grant that is bound to a key of its own, wherever one might be had. @returns what it got */
function stealGrants(page: Page, frameUrl: string): Promise<string[]> {
  const asked = JSON.stringify({
    call: stage.call,
    reason: { purpose: 'TREAT' },
    deviceKeyThumbprint: 'attackers-own-key-attackers-own-key-attacke',
  });
  return page.evaluate(
    async ([body, url]) => {
      const got: string[] = [];
      const ask = async (address: string, options: RequestInit): Promise<void> => {
        const init = { method: 'POST', body, credentials: 'include', ...options } as const;
        const answer = await fetch(address, init).catch(() => undefined);
        const text = answer?.ok ? await answer.text() : '';
        if (text !== '') got.push(text);
      };
      await ask('/grants', {});
      await ask(`${url}/grants`, { headers: { 'content-type': 'application/json' } });
      await ask(`${url}/grants`, { headers: { 'content-type': 'text/plain' } });
      await ask(`${url}/grants`, { mode: 'no-cors' });
      // A form in a window of its own, and the frame itself led there.
      const form = document.createElement('form');
      Object.assign(form, {
        method: 'post',
        action: `${url}/grants`,
        target: 'stolen',
        enctype: 'text/plain',
      });
      const field = document.createElement('input');
      [field.name, field.value] = [body.slice(0, -1), '}'];
      form.append(field);
      document.body.append(form);
      const opened = window.open('', 'stolen');
      form.submit();
      await new Promise(resolve => setTimeout(resolve, 500));
      try {
        got.push(opened?.document.body.textContent ?? '');
      } catch {
        // Another origin's.
      }
      return got.filter(text => text.includes('eyJ'));
    },
    [asked, frameUrl] as const,
  );
}

describe('a whole session under the eyes of a hostile page', () => {
  test('without isolation it gets the sound, the audio graph, and a grant for a key of its own', async () => {
    stage.deployment.page.serve(createHostPage(stage.deployment, { givesGrants: true }));
    const page = await hostile();
    const call = { call: stage.call, service: stage.deployment.service.url };
    await page.evaluate(c => window.host.plain(c), call);
    await listen(page);
    await playsTo(page, 5);
    const { bytes, handles } = await lootOf(page);
    expect(countIn(sound, bytes)).toBeGreaterThan(2);
    expect(handles).toEqual(expect.arrayContaining(['Worker', 'MediaSource', 'AudioContext']));
    expect(await stealGrants(page, stage.site.url)).toHaveLength(1);
    await page.context().close();
    stage.deployment.page.serve(createHostPage(stage.deployment, { givesGrants: false }));
  });

  test('with isolation it gets no byte of it, nothing to hook, and no grant', async () => {
    const page = await hostile();
    await page.evaluate(i => window.host.isolated(i), { ...stage.site.isolation, call: stage.call });
    await listen(inFrame(page));
    await playsTo(page, 5);
    await inFrame(page).getByRole('slider', { name: 'Position' }).waitFor();

    const { bytes, text, handles } = await lootOf(page);
    expect(countIn(everything, bytes)).toBe(0);
    expect(everything.countInText(text)).toBe(0);
    expect(handles).toEqual([]);
    // What it did see: where the sound is, and under whose name.
    expect(text).toContain('playing');
    expect(text).toContain('Anna Lind');
    expect(text).not.toContain('eyJ');
    const parts = (): string[] | undefined => {
      const root = document.querySelector('secure-call-player')?.shadowRoot;
      return root ? [...root.childNodes].map(({ nodeName }) => nodeName) : undefined;
    };
    expect(await page.evaluate(parts)).toEqual(['IFRAME']);

    expect(await stealGrants(page, stage.site.url)).toEqual([]);
    const given = stage.site.attempts.filter(({ status }) => status === 200);
    expect(given.map(({ origin }) => origin)).toEqual([stage.site.url]);
    expect(given[0]?.deviceKeyThumbprint).not.toMatch(/^attackers/);
    // It did ask, with the person's cookie.
    expect(stage.site.attempts.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(2);
    await page.context().close();
  });
});

describe('a hostile page that speaks in the host’s name', () => {
  let page: Page;
  beforeEach(async () => {
    page = await hostile();
    await page.evaluate(i => window.host.isolated(i), { ...stage.site.isolation, call: stage.call });
    await inFrame(page).getByRole('button', { name: 'Listen to the call' }).waitFor();
  });
  afterEach(() => page.context().close());

  const say = (message: unknown): Promise<void> =>
    page.evaluate(m => window.plundered.ports[0]?.postMessage(m), message);

  test('opens nothing: not by a reason of its own, not by any command', async () => {
    for (const command of ['open', 'play', 'unlock', 'submitReason', 'constructor', '__proto__'])
      await say({ command, args: { purpose: 'ETREAT', text: 'x'.repeat(30), breakGlass: true }, id: 1 });
    // All it can do is bring up the question, which a person has to answer.
    await inFrame(page).getByRole('button', { name: 'Open and listen' }).waitFor();
    expect(stage.site.attempts).toEqual([]);
  });

  test('turns the frame’s request for a grant nowhere else', async () => {
    const settings = JSON.stringify({
      call: stage.call,
      choice: 7,
      grantEndpoint: `${stage.deployment.page.url}/grants`,
      attributes: {},
      lang: 'en',
      dir: 'ltr',
      colorScheme: '',
      rootFontSize: '',
      theme: {},
      texts: [],
      policy: {},
      messages: {},
      actions: [],
    });
    await say({ settings });
    let asked = 0;
    page.on('request', request => (asked += Number(request.url().endsWith('/grants'))));
    await listen(inFrame(page));
    await page.locator('secure-call-player:state(failed)').waitFor();
    // Refused before the frame's policy would have to.
    expect(await page.evaluate(() => window.host.element?.player?.state)).toMatchObject({
      code: 'setup_invalid',
    });
    expect(asked).toBe(0);
    expect(stage.site.attempts).toEqual([]);
  });

  test('brings in nothing that loads: only colours, lengths and fonts are taken', async () => {
    const requests: string[] = [];
    page.on('request', request => requests.push(request.url()));
    const theme = {
      '--scp-ink': 'url(https://elsewhere.example/ink)',
      '--scp-surface': 'red; background-image: url(https://elsewhere.example/surface)',
      '--scp-line': 'rgb(1 2 3)',
      '--scp-font': 'image-set("https://elsewhere.example/font" 1x)',
      '--scp-radius': 'var(--scp-line)',
      'background-image': 'url(https://elsewhere.example/page)',
    };
    const settings = JSON.stringify({
      call: stage.call,
      choice: 1,
      grantEndpoint: stage.site.isolation.grantEndpoint,
      attributes: { onclick: 'alert(1)', style: 'color: red' },
      lang: '"><b>',
      dir: 'x',
      colorScheme: '1px',
      rootFontSize: '1e9',
      theme,
      texts: [['title', 'script', '<b>bold</b>']],
      policy: {},
      messages: { startAction: 7, toString: 'x' },
      actions: ['__proto__'],
    });
    await say({ settings });
    await inFrame(page).getByText('<b>bold</b>').waitFor();
    const [frame] = page.frames().slice(1);
    const taken = await frame?.evaluate(() => ({
      page: document.documentElement.getAttribute('style'),
      element: document.querySelector('secure-call-player')?.getAttributeNames(),
    }));
    expect(taken).toEqual({ page: '--scp-line: rgb(1 2 3);', element: ['lang'] });
    expect(requests).toEqual([]);
  });

  test('gives the frame no second port', async () => {
    const answered = await page.evaluate(async origin => {
      const { port1, port2 } = new MessageChannel();
      const frame = document.querySelector('secure-call-player')?.shadowRoot?.querySelector('iframe');
      frame?.contentWindow?.postMessage('secure-call-frame connect 1', origin, [port2]);
      port1.postMessage({ command: 'open', id: 1 });
      return new Promise(resolve => {
        port1.onmessage = () => resolve(true);
        setTimeout(resolve, 500, false);
      });
    }, stage.site.url);
    expect(answered).toBe(false);
  });
});

describe('others who would like a port', () => {
  test('a window that is not above the frame gets no answer from it, and the host gives none to whoever says ready', async () => {
    const page = await stage.visit();
    const outcome = await page.evaluate(
      async ([isolation, call]) => {
        // A frame beside it, of the host's own origin, that claims to be the player and to be the host.
        const beside = document.createElement('iframe');
        document.body.append(beside);
        const claim = (text: string): unknown =>
          beside.contentWindow && Reflect.get(beside.contentWindow, 'eval')(text);
        const ports: unknown[] = [];
        beside.contentWindow?.addEventListener('message', event => ports.push(...event.ports));
        window.host.isolated({ ...isolation, call });
        const frameOf = (): Window | null | undefined =>
          document.querySelector('secure-call-player')?.shadowRoot?.querySelector('iframe')?.contentWindow;
        // Before the host has answered, and after.
        for (let round = 0; round < 40; round += 1) {
          claim("parent.postMessage('secure-call-frame ready 1', '*')");
          Reflect.set(beside.contentWindow ?? {}, 'target', frameOf());
          claim(
            "{ const c = new MessageChannel(); c.port1.onmessage = e => parent.stolen = true; window.target?.postMessage('secure-call-frame connect 1', '*', [c.port2]); c.port1.postMessage({ command: 'open', id: 1 }) }",
          );
          await new Promise(resolve => setTimeout(resolve, 25));
        }
        return { ports: ports.length, stolen: Reflect.get(window, 'stolen') };
      },
      [stage.site.isolation, stage.call] as const,
    );
    expect(outcome).toEqual({ ports: 0, stolen: undefined });
    // The rightful port came through all that.
    await listen(inFrame(page));
    await playsTo(page, 1);
    await page.context().close();
  });

  test('a frame that turns out to be another origin’s gets none, and the element says that it is set up wrongly', async () => {
    const page = await stage.visit();
    await page.evaluate(() =>
      addEventListener('message', ({ data }) => window.host.events.push(String(data))),
    );
    // The operator's address leads elsewhere.
    await page.route('**/frame.html', route =>
      route.fulfill({ status: 302, headers: { location: `${elsewhere.url}/fake.html` } }),
    );
    await page.evaluate(i => window.host.isolated(i), { ...stage.site.isolation, call: stage.call });
    await page.locator('secure-call-player:state(failed)').waitFor();
    await page.getByText('The player isn’t set up right').waitFor();
    const events = await page.evaluate(() => window.host.events);
    expect(events).toContain('secure-call-frame ready 1');
    expect(events).toContain('callerror {"code":"setup_invalid"}');
    expect(events.some(event => event.startsWith('ports'))).toBe(false);
    await page.context().close();
  });

  test.each([true, false])(
    'a page of an origin that is not on the list holds nothing (frame-ancestors: %s)',
    async sends => {
      stage.site.sendsFrameAncestors = sends;
      const context = await stage.browser.newContext();
      const page = await context.newPage();
      await page.goto(elsewhere.url);
      const answered = await page.evaluate(
        () =>
          new Promise(resolve => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(true);
            port1.postMessage({ command: 'open', id: 1 });
            frames[0]?.postMessage('secure-call-frame connect 1', '*', [port2]);
            setTimeout(resolve, 500, false);
          }),
      );
      expect(answered).toBe(false);
      expect(await page.evaluate(() => Reflect.get(window, 'heard') as unknown)).toEqual([]);
      const held = page.frames()[1];
      const isBlocked = await held?.evaluate(() => document.querySelector('script[src="frame.js"]') === null);
      expect(isBlocked).toBe(sends);
      stage.site.sendsFrameAncestors = true;
      await context.close();
    },
  );
});
