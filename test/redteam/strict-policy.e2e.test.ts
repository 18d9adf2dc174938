import { afterAll, beforeAll, expect, test } from 'vitest';
import { Listener } from '../support/listener.ts';
import { nurseCall } from '../support/recordings.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall] });
});
afterAll(() => stage.close());

/** The policy a response carries, directive by directive. */
function directives(response: Response): Map<string, string[]> {
  const policy = response.headers.get('content-security-policy') ?? '';
  return new Map(
    policy.split(';').map(part => {
      const [name = '', ...sources] = part.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

test('the page’s policy allows scripts from its own origin only, no inline code and no blob, and named types only', async () => {
  for (const path of ['/', '/vault.worker.js', '/watermark.worklet.js', '/headless-page.js']) {
    const policy = directives(await fetch(stage.deployment.page.url + path));
    expect(policy.get('default-src')).toEqual(["'self'"]);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    expect(policy.get('style-src')).toEqual(["'self'"]);
    expect(policy.get('media-src')).toEqual(['blob:']);
    expect(policy.get('require-trusted-types-for')).toEqual(["'script'"]);
    expect(policy.get('trusted-types')).toEqual(['secure-call']);
    expect(policy.has('worker-src')).toBe(false);
  }
});

test('a whole session, watermark included, runs under it without one violation', async () => {
  const { browser, deployment } = stage;
  deployment.claims = input => ({ ...input, call: { ...input.call, watermark: { client: 'required' } } });
  const listener = await Listener.at(browser, deployment);
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  await listener.hears();
  await listener.seek(80);
  await listener.playsTo(82);
  await listener.page.evaluate(() => window.harness.player?.set({ playbackRate: 1.5, volume: 0.5 }));
  await listener.page.evaluate(() => window.harness.player?.setChannel(0, { gain: 2, pan: 0 }));
  await listener.page.evaluate(() => window.harness.player?.lock());
  await listener.page.evaluate(() => window.harness.player?.unlock());
  await listener.play();
  await listener.playsTo(84);
  await listener.page.evaluate(() => window.harness.player?.destroy());
  expect(await listener.violations()).toEqual([]);
  // What the policy forbids is refused and counted, so the empty list above means something.
  await listener.page.evaluate(() => {
    const style = document.createElement('style');
    style.textContent = 'body { color: red }';
    document.head.append(style);
  });
  await expect.poll(() => listener.violations()).not.toEqual([]);
  await listener.page.context().close();
});
