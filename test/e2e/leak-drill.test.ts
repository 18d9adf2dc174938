/**
 * The whole way of a leak: someone among a thousand listens in a browser and takes what they hear, it goes through codecs, and
 * the key service is asked whose copy it is.
 */
import { traceCopy, type TraceReport } from '@secure-call/server';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Attack, ATTACKS } from '../bench/watermark/attacks.ts';
import { resampled, type Sound } from '../bench/watermark/sound.ts';
import { launchBrowser } from '../support/browser.ts';
import { type CapturedSound, capturedSound } from '../support/captured-sound.ts';
import { Deployment, TENANT } from '../support/deployment.ts';
import { hasProgram } from '../support/has-program.ts';
import { Listener } from '../support/listener.ts';
import { addListeners } from '../support/many-listeners.ts';
import { buildPage } from '../support/page-handler.ts';
import { nurseCall } from '../support/recordings.ts';
import { isSlowRun } from '../support/run-counts.ts';
import { SessionMarks } from '../support/session-marks.ts';

const LISTENERS = 1000;
const LEAKED_SECONDS = 90;

/** A tape that runs faster: higher and shorter. */
const fasterBy =
  (factor: number): Attack =>
  ({ samples, sampleRateHz }) =>
    resampled({ samples, sampleRateHz: Math.round(sampleRateHz * factor) }, sampleRateHz);

describe.runIf(hasProgram('ffmpeg'))(`one of ${LISTENERS} listeners leaks ${LEAKED_SECONDS} s`, () => {
  let deployment: Deployment;
  let browser: Browser;
  let taken: CapturedSound;
  let sid: string;

  beforeAll(async () => {
    await buildPage();
    deployment = await Deployment.create({ recordings: [nurseCall] });
    new SessionMarks(deployment).require('required');
    browser = await launchBrowser();
    const listener = await Listener.at(browser, deployment);
    expect(await listener.open()).toBeUndefined();
    await listener.play();
    await listener.playsTo(LEAKED_SECONDS + 5, 150_000);
    taken = await capturedSound(listener.page);
    sid = await listener.page.evaluate(() => window.harness.events[0]?.sid ?? '');
    await listener.page.context().close();
    await addListeners(deployment.store, sid, LISTENERS - 1);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await deployment?.close();
  });

  /** Cuts the last seconds off, sends them through an attack, and asks whose they are. */
  async function trace({ samples, sampleRateHz }: Sound, attack: Attack): Promise<TraceReport> {
    const cut = { samples: samples.slice(-LEAKED_SECONDS * sampleRateHz), sampleRateHz };
    const copy = await attack(cut);
    const clip = { name: 'leak', channels: [copy.samples], sampleRateHz: copy.sampleRateHz };
    const since = performance.now();
    const report = await traceCopy(deployment.traceOptions, {
      tenant: TENANT,
      calls: undefined,
      clips: [clip],
    });
    const [listener] = report.listeners;
    console.log(
      `traced in ${((performance.now() - since) / 1000).toFixed(1)} s: ${listener?.sub}, ${listener?.agreed} of ${(listener?.agreed ?? 0) + (listener?.differing ?? 0)} parts, bound ${listener?.falsePositiveBound.toExponential(1)}; session's bound ${report.sessions[0]?.falsePositiveBound.toExponential(1)}`,
    );
    return report;
  }

  const namesIn = ({ listeners }: TraceReport): string[] =>
    listeners.filter(({ named }) => named).map(({ sub }) => sub);
  const sessionsIn = ({ sessions }: TraceReport): (readonly [sid: string, standing: string])[] =>
    sessions
      .filter(({ standing }) => standing !== 'none')
      .map(session => [session.sid, session.standing] as const);

  const attacks: readonly (readonly [name: string, attack: Attack])[] = [
    ['Opus at 12 kbit/s', ATTACKS['opus-12']],
    ['G.711', ATTACKS.g711],
    ['3 % faster', fasterBy(1.03)],
  ];

  test.each(attacks)('what came out, %s: the person and the session are named', async (_, attack) => {
    const report = await trace(taken.heard, attack);
    expect(report.call).toBe(deployment.packages[0]?.callId);
    expect(namesIn(report)).toEqual(['anna.lind']);
    expect(report.listeners[0]).toMatchObject({ name: 'Anna Lind', leased: true });
    expect(report.listeners[0]?.falsePositiveBound).toBeLessThanOrEqual(1e-9);
    expect(sessionsIn(report)).toEqual([[sid, 'confirms']]);
  });

  const withoutWorklet = isSlowRun() ? attacks : attacks.slice(0, 1);
  test.each(withoutWorklet)(
    'what a page takes that removed the worklet, %s: the person is named, by the recording alone',
    async (_, attack) => {
      const report = await trace(taken.unmarked, attack);
      expect(namesIn(report)).toEqual(['anna.lind']);
      expect(sessionsIn(report)).toEqual([]);
    },
  );
});
