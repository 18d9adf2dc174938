/** The element with its player in a frame of another origin: what crosses, and that it works as it does without one. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { inFrame, IsolationStage, listen, playsTo } from '../support/isolation-stage.ts';
import { Officer } from '../support/officer.ts';
import { nurseCall, phoneCall } from '../support/recordings.ts';

let stage: IsolationStage;
let page: Page;

beforeAll(async () => {
  stage = await IsolationStage.open({ recordings: [nurseCall, phoneCall] });
});
afterAll(() => stage.close());
afterEach(() => page.context().close());

const reaches = (status: string): Promise<void> =>
  page.locator(`secure-call-player:state(${status})`).waitFor();
const events = (): Promise<readonly string[]> => page.evaluate(() => window.host.events);
/** The frame's own document. */
const frame = (): ReturnType<Page['mainFrame']> => page.frames()[1] ?? page.mainFrame();
/** What the frame's page has of a style. */
const styleInside = (property: string): Promise<string> =>
  frame().evaluate(
    name =>
      getComputedStyle(document.querySelector('secure-call-player') ?? document.body).getPropertyValue(name),
    property,
  );

describe('as a media element', () => {
  test('it plays, jumps, changes speed and volume, pauses and ends, and tells so', async () => {
    page = await stage.visitIsolated();
    await listen(inFrame(page));
    await reaches('playing');
    const duration = await page.evaluate(() => window.host.element?.duration ?? 0);
    expect(duration).toBeCloseTo(stage.deployment.packages[0]?.durationSeconds ?? 0, 1);
    await page.evaluate(() => {
      const { element } = window.host;
      if (element) [element.currentTime, element.playbackRate, element.volume] = [80, 1.5, 0.25];
    });
    await playsTo(page, 81);
    expect(
      await page.evaluate(() => [window.host.element?.playbackRate, window.host.element?.volume]),
    ).toEqual([1.5, 0.25]);
    await page.evaluate(() => window.host.element?.pause());
    await reaches('paused');
    await page.evaluate(() => window.host.element?.play());
    await page.evaluate(to => window.host.element?.player?.seek(to), duration - 1);
    await reaches('ended');
    expect(await page.evaluate(() => window.host.element?.ended)).toBe(true);
    const told = (await events()).map(event => event.split(' ')[0]);
    for (const name of 'durationchange play timeupdate seeking seeked ratechange volumechange pause ended accesschange accessevent'.split(
      ' ',
    ))
      expect(told).toContain(name);
    const access = (await events()).find(event => event.startsWith('accessevent'));
    expect(access).toMatch(/"sid":"[\w-]{22}"/);
  });

  test('what is set before the call is open counts for it', async () => {
    page = await stage.visitIsolated();
    await page.evaluate(() => {
      const { element } = window.host;
      element?.setAttribute('default-playback-rate', '2');
      if (element) [element.volume, element.muted] = [0.5, true];
    });
    await listen(inFrame(page));
    await playsTo(page, 1);
    const state = await page.evaluate(() => window.host.element?.player?.state);
    expect(state).toMatchObject({ playbackRate: 2, volume: 0.5, muted: true });
  });

  test('commands that come too early say so', async () => {
    page = await stage.visitIsolated();
    const name = await page.evaluate(() => window.host.element?.play().catch((error: Error) => error.name));
    expect(name).toBe('InvalidStateError');
  });
});

describe('what only a person in the frame does', () => {
  test('open() brings up the question, and the answer is given there', async () => {
    page = await stage.visitIsolated();
    await page.evaluate(() => window.host.element?.open({ purpose: 'TREAT' }));
    await reaches('reason-required');
    await inFrame(page).getByRole('radio', { name: 'Follow-up of care' }).check();
    await inFrame(page).getByRole('button', { name: 'Open and listen' }).click();
    await reaches('playing');
    expect(await events()).not.toContain('reasonrequest');
  });

  test('the host locks, and a click in the frame unlocks', async () => {
    page = await stage.visitIsolated();
    await listen(inFrame(page));
    await playsTo(page, 1);
    await page.evaluate(() => window.host.element?.lock());
    await reaches('locked');
    const name = await page.evaluate(() =>
      window.host.element?.player?.unlock().catch((error: Error) => error.name),
    );
    expect(name).toBe('NotAllowedError');
    await inFrame(page).getByRole('button', { name: 'Continue listening' }).click();
    await reaches('playing');
    expect(await events()).toEqual(
      expect.arrayContaining(['lockchange {"locked":true}', 'lockchange {"locked":false}']),
    );
  });
});

describe('the frame stands in the page as if it were of it', () => {
  const heights = (): Promise<[number, number]> =>
    Promise.all([
      page.locator('secure-call-player iframe').evaluate(({ offsetHeight }: HTMLElement) => offsetHeight),
      frame().evaluate(() =>
        Math.ceil(document.querySelector('secure-call-player')?.getBoundingClientRect().height ?? 0),
      ),
    ]);

  test('it is as high as the card is at its width, on every screen', async () => {
    page = await stage.visitIsolated();
    const seen: number[] = [];
    const fits = async (): Promise<void> => {
      await expect.poll(async () => (await heights())[0] - (await heights())[1]).toBe(0);
      seen.push((await heights())[0]);
    };
    await fits();
    await page.setViewportSize({ width: 340, height: 700 });
    await fits();
    await listen(inFrame(page));
    await reaches('playing');
    await fits();
    await page.setViewportSize({ width: 1200, height: 700 });
    await fits();
    expect(new Set(seen).size).toBe(4);
    expect(Math.min(...seen)).toBeGreaterThan(100);
  });

  test('colours, radius, font size, colour scheme, language and direction cross, also when they change', async () => {
    page = await stage.visitIsolated();
    await page.evaluate(() => {
      const root = document.documentElement;
      root.style.cssText =
        'font-size: 20px; color-scheme: dark; --scp-ink: var(--mine); --mine: light-dark(#111111, #fafafa); --scp-radius: 3px';
      [root.lang, root.dir] = ['sv', 'rtl'];
    });
    await inFrame(page).getByRole('button', { name: 'Lyssna på samtalet' }).waitFor();
    expect(await styleInside('--scp-ink')).toBe('light-dark(#111111, #fafafa)');
    expect(await styleInside('color')).toBe('rgb(250, 250, 250)');
    expect(await styleInside('--scp-radius')).toBe('3px');
    expect(await styleInside('direction')).toBe('rtl');
    expect(await frame().evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('20px');
    await page.evaluate(() => document.documentElement.style.setProperty('color-scheme', 'light'));
    await expect.poll(() => styleInside('color')).toBe('rgb(17, 17, 17)');
  });

  test('words, rules and attributes cross, and so does the text of the slots', async () => {
    page = await stage.visitIsolated();
    await page.evaluate(() => {
      const { element } = window.host;
      if (!element) return;
      const title = document.createElement('b');
      [title.slot, title.textContent] = ['title', 'Call to 1177, 02:47'];
      const details = document.createElement('dl');
      details.slot = 'details';
      for (const [tag, text] of [
        ['dt', 'Length'],
        ['dd', '3 min'],
      ] as const)
        details.append(Object.assign(document.createElement(tag), { textContent: text }));
      element.append(title, details);
      element.messages = { startAction: 'Hear it' };
      element.policy = { patientSees: true };
      element.setAttribute('reason', 'none');
    });
    const player = inFrame(page);
    await player.getByRole('heading', { name: 'Call to 1177, 02:47' }).waitFor();
    await player.getByRole('definition').filter({ hasText: '3 min' }).waitFor();
    await player.getByText('The patient can see').waitFor();
    await player.getByRole('button', { name: 'Hear it' }).click();
    // No question in between.
    await reaches('playing');
    await page.evaluate(() => window.host.element?.querySelector('b')?.replaceChildren('Another'));
    await player.getByRole('heading', { name: 'Another' }).waitFor();
  });

  test('focus() goes into the frame; keys pressed and words typed there stay there', async () => {
    page = await stage.visitIsolated();
    await page.evaluate(() => {
      document.addEventListener('keydown', event => window.host.events.push(`key ${event.key}`), true);
      window.host.element?.focus();
    });
    const player = inFrame(page);
    await expect
      .poll(() => frame().evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent))
      .toBe('Listen to the call');
    await page.keyboard.press('Enter');
    await player.getByRole('radio', { name: 'Follow-up of care' }).check();
    await player.getByRole('textbox').pressSequentially('kkm');
    await page.keyboard.press('Enter');
    await reaches('playing');
    await page.keyboard.press('k');
    await reaches('paused');
    expect((await events()).filter(event => event.startsWith('key'))).toEqual([]);
  });

  test('a button of the host’s calls the host, with the state', async () => {
    page = await stage.visitIsolated();
    await listen(inFrame(page));
    await playsTo(page, 1);
    expect(await inFrame(page).getByRole('button', { name: 'What is recorded' }).count()).toBe(0);
    await page.evaluate(() => {
      const { element, events } = window.host;
      if (element) element.actions = { showRecord: state => events.push(`record ${state.status}`) };
    });
    await inFrame(page).getByRole('button', { name: 'What is recorded' }).click();
    await expect.poll(events).toContain('record playing');
  });

  test('who works on the page beside it is not away; who does nothing is', async () => {
    page = await stage.visitIsolated();
    await page.evaluate(() => window.host.element?.setAttribute('idle-timeout', '3'));
    await listen(inFrame(page));
    await reaches('playing');
    await expect
      .poll(
        async () => {
          await page.mouse.move(Math.random() * 100, 650);
          return page.evaluate(() => window.host.element?.currentTime);
        },
        { timeout: 20_000, interval: 300 },
      )
      .toBeGreaterThan(7);
    await reaches('locked');
    await inFrame(page).getByRole('heading', { name: 'Locked while you were away' }).waitFor();
  });
});

describe('the frame comes and goes', () => {
  test('another call closes the open one, in the same frame', async () => {
    page = await stage.visitIsolated();
    await listen(inFrame(page));
    await playsTo(page, 1);
    await frame().evaluate(() => Reflect.set(window, 'same', true));
    const other = { ...stage.site.isolation, call: stage.deployment.packages[1]?.callId ?? '' };
    await page.evaluate(isolation => {
      if (window.host.element) window.host.element.isolation = isolation;
    }, other);
    await reaches('idle');
    await listen(inFrame(page));
    await playsTo(page, 1);
    const duration = await page.evaluate(() => window.host.element?.duration ?? 0);
    expect(duration).toBeCloseTo(stage.deployment.packages[1]?.durationSeconds ?? 0, 1);
    expect(await frame().evaluate(() => Reflect.get(window, 'same'))).toBe(true);
  });

  test('with the element the frame leaves, and what was heard is on record', async () => {
    page = await stage.visitIsolated();
    await listen(inFrame(page));
    await playsTo(page, 1);
    const access = (await events()).find(event => event.startsWith('accessevent'));
    const sid = /"sid":"([\w-]{22})"/.exec(access ?? '')?.[1] ?? '';
    await page.evaluate(() => window.host.element?.pause());
    await expect.poll(async () => (await events()).join()).toContain('"type":"playback.paused"');
    await page.evaluate(() => window.host.element?.remove());
    expect(page.frames()).toHaveLength(1);
    const officer = new Officer(stage.deployment);
    await expect
      .poll(async () => (await officer.records(sid)).map(({ type }) => type), { timeout: 20_000 })
      .toContain('playback.paused');
  });

  test('moved in the page the frame begins anew, and works', async () => {
    page = await stage.visitIsolated();
    await listen(inFrame(page));
    await playsTo(page, 1);
    await page.evaluate(() => {
      const place = document.createElement('main');
      document.body.append(place);
      if (window.host.element) place.append(window.host.element);
    });
    await reaches('idle');
    await listen(inFrame(page));
    await playsTo(page, 1);
  });

  test('without isolation it is the plain element again', async () => {
    page = await stage.visitIsolated();
    await page.evaluate(() => {
      if (window.host.element) window.host.element.isolation = undefined;
    });
    await page.locator('secure-call-player').getByRole('button', { name: 'Listen to the call' }).waitFor();
    expect(await page.locator('secure-call-player iframe').count()).toBe(0);
  });

  test('a frame on the page’s own origin is refused', async () => {
    page = await stage.visit();
    const own = { frame: '/frame.html', grantEndpoint: '/grants', call: stage.call };
    await page.evaluate(isolation => window.host.isolated(isolation), own);
    await reaches('failed');
    const code = await page.evaluate(() =>
      window.host.element?.open().catch((error: { code?: string }) => error.code),
    );
    expect(code).toBe('setup_invalid');
  });
});
