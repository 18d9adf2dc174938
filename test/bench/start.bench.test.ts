import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PackResult } from '@secure-call/packager';
import { audioTrack, primingSeconds } from '@secure-call/protocol';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, type Handler } from '../support/deployment.ts';
import { bundlePage, createPageHandler } from '../support/page-handler.ts';
import { writeAes128Hls } from './aes128-hls.ts';
import { Browser as ServiceClient } from '../unit/server/browser.ts';
import { writeNoise } from './noise-recording.ts';
import type { StartTimes } from './page/start-page.ts';
import { StorageProcess } from './storage-process.ts';

const RUNS = 7;
const RECORDING_SECONDS = 1300;
/** The sound changes sides after each. */
const TURN_SECONDS = 320;
/** By turns to where neither player has anything yet (hls.js holds up to ten minutes ahead), and to where both do. */
const JUMPS = [632, 641, 1272, 1281];
/** Seconds before the first sample at which our player starts, so that a decoder drops nothing of it. */
const LEAD_IN_SECONDS = 1e-4;
/** Neither the pace of leases is measured, nor what they are explained by. */
const POLICY = { bucketSeconds: 36_000, unexplainedWindows: 36_000 };
/** So many leases a service has answered that has been up for some minutes. */
const WARM_LEASES = 300;
/** A person clicks when the page has come to rest, and Chromium with it: it starts its next process after each page. */
const REST_MS = 700;

/** Our median over hls.js's is to be no more than this, from the answer to the reason prompt. */
const STEPS = [
  { roundTripMs: 0, firstSoundBar: 1 },
  { roundTripMs: 40, firstSoundBar: 0.8 },
  { roundTripMs: 150, firstSoundBar: 0.8 },
] as const;

const SEEK_BAR = 1;

/**
 * Ours after the reason prompt, as it is by default, and without one; hls.js on the way from the multivariant playlist; the
 * same told to start as ours does; and told of the media playlist, one answer shorter.
 */
const PLAYERS = ['prompted', 'straight', 'plain', 'ledIn', 'shorter'] as const;
type Player = (typeof PLAYERS)[number];
type Ours = 'prompted' | 'straight';
const isOurs = (player: Player): player is Ours => player === 'prompted' || player === 'straight';
/** Jumps are the same in the others. */
const jumpsOf = (player: Player): readonly number[] =>
  player === 'prompted' || player === 'plain' ? JUMPS : [];

let folder: string;
let deployment: Deployment;
let pack: PackResult;
let browser: Browser;
let storage: StorageProcess;
let roundTripMs = 0;

/** Every answer comes so much later, as if the service were that far away. */
const delayed =
  (handler: Handler): Handler =>
  async request => {
    if (roundTripMs > 0) await new Promise(resolve => setTimeout(resolve, roundTripMs));
    return handler(request);
  };

beforeAll(async () => {
  await bundlePage(fileURLToPath(new URL('page/start-page.ts', import.meta.url)), 'bench-start');
  folder = await mkdtemp(join(tmpdir(), 'bench-start-'));
  const recording = await writeNoise(join(folder, 'noise.wav'), RECORDING_SECONDS, TURN_SECONDS);
  deployment = await Deployment.create({ recordings: [recording], policy: POLICY });
  // Nobody listens to one call so often within minutes.
  let listeners = 0;
  deployment.claims = input => ({ ...input, sub: `listener-${(listeners += 1)}` });
  const [first] = deployment.packages;
  if (!first) throw new Error('One recording was packaged.');
  pack = first;
  await writeAes128Hls(pack, deployment.archive, join(deployment.folder, 'storage', 'hls'));
  storage = await StorageProcess.inPlaceOf(deployment.storage, join(deployment.folder, 'storage'));
  await warmUp();
  deployment.service.serve(delayed(deployment.service.handler));
  deployment.page.serve(createPageHandler(deployment, { script: 'start-page', folder: 'bench-start' }));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  storage?.stop();
  await deployment?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A service that has just started is slower than it will be. */
async function warmUp(): Promise<void> {
  const { handler, url } = deployment.service;
  const listener = await ServiceClient.create(handler, url);
  const grant = { call: pack.callId, deviceKeyThumbprint: listener.device.jkt, purpose: 'TREAT' };
  const session = await listener.openSession(await deployment.grant(grant));
  for (let leaseSeq = 1; leaseSeq <= WARM_LEASES; leaseSeq += 1) {
    await listener.lease(session, { leaseSeq, from: leaseSeq });
  }
}

/** In a browser context of its own: nothing is cached, no connection is open. */
async function measure(player: Player): Promise<StartTimes> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(deployment.page.url);
  await tab.waitForFunction(() => 'bench' in window);
  await tab.waitForTimeout(REST_MS);
  const priming = primingSeconds(audioTrack(pack.manifest));
  const call = {
    call: pack.callId,
    service: deployment.service.url,
    playlist: `${deployment.storage.url}/hls/${player === 'shorter' ? 'audio' : 'index'}.m3u8`,
    primingSeconds: priming,
    startSeconds: player === 'ledIn' ? priming - LEAD_IN_SECONDS : priming,
    jumps: jumpsOf(player),
  };
  if (player === 'prompted') {
    await tab.evaluate(c => window.bench.prompt(c), call);
    await tab.waitForTimeout(REST_MS);
  }
  const times = await (isOurs(player)
    ? tab.evaluate(c => window.bench.ours(c), call)
    : tab.evaluate(c => window.bench.plain(c), call));
  await context.close();
  return times;
}

type Times = Record<Player, readonly StartTimes[]>;

/** All by turns, so that whatever else the machine does meets all. */
async function measureAll(): Promise<Times> {
  const times: Record<Player, StartTimes[]> = {
    prompted: [],
    straight: [],
    plain: [],
    ledIn: [],
    shorter: [],
  };
  for (let run = 0; run < RUNS; run += 1) {
    for (const player of PLAYERS) times[player].push(await measure(player));
  }
  return times;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

interface Row {
  readonly what: string;
  readonly oursMs: number;
  readonly plainMs: number;
  /** Undefined for a row that is only told. */
  readonly bar: number | undefined;
  /** hls.js on its other ways. */
  readonly othersMs: readonly number[];
}

const ratioOf = ({ oursMs, plainMs }: Row): number => oursMs / plainMs;

function startRow(what: string, times: Times, ours: Ours, bar: number | undefined): Row {
  const of = (player: Player): number => median(times[player].map(({ firstSoundMs }) => firstSoundMs));
  return { what, oursMs: of(ours), plainMs: of('plain'), bar, othersMs: [of('ledIn'), of('shorter')] };
}

/** @param first - 0 for the jumps to new places, 1 for those to what both have */
function jumpRow(what: string, times: Times, first: 0 | 1, bar: number | undefined): Row {
  const of = (player: Player): number =>
    median(times[player].flatMap(({ jumpMs }) => jumpMs.filter((_, place) => place % 2 === first)));
  return { what, oursMs: of('prompted'), plainMs: of('plain'), bar, othersMs: [] };
}

function rowsOf({ roundTripMs: ms, firstSoundBar }: (typeof STEPS)[number], times: Times): Row[] {
  const at = `round trip ${ms} ms`;
  return [
    startRow(`reason given to sound, ${at}`, times, 'prompted', firstSoundBar),
    startRow(`no prompt before, click to sound, ${at}`, times, 'straight', undefined),
    jumpRow(`jump to sound, ${at}`, times, 0, SEEK_BAR),
    jumpRow(`jump within what is there, ${at}`, times, 1, undefined),
  ];
}

const milliseconds = (ms: number): string => `${ms.toFixed(0)} ms`;

function print(rows: readonly Row[]): void {
  const line = (what: string, ...cells: string[]): string =>
    `${what.padEnd(50)}${cells.map(cell => cell.padStart(16)).join('')}`;
  const head = line('', 'ours', 'hls.js AES-128', 'ratio', 'bar', 'started as ours', 'no multivariant');
  const body = rows.map(one => {
    const ratio = ratioOf(one);
    const held =
      one.bar === undefined ? 'none' : `<= ${one.bar.toFixed(1)} ${ratio <= one.bar ? 'holds' : 'MISSED'}`;
    const [ours, plain, ...others] = [one.oursMs, one.plainMs, ...one.othersMs].map(milliseconds);
    return line(one.what, ours ?? '', plain ?? '', ratio.toFixed(2), held, ...others);
  });
  console.log([head, ...body].join('\n'));
}

test(`first sound and jump beside hls.js with AES-128, medians of ${RUNS} starts and ${RUNS * 2} jumps`, async () => {
  // The first of each finds a browser and a service that have not done anything yet.
  for (const player of PLAYERS) await measure(player);
  const rows: Row[] = [];
  for (const step of STEPS) {
    ({ roundTripMs } = step);
    await storage.delay(roundTripMs);
    rows.push(...rowsOf(step, await measureAll()));
  }
  print(rows);
  const missed = rows.filter(one => one.bar !== undefined && !(ratioOf(one) <= one.bar));
  expect(missed.map(({ what }) => what)).toEqual([]);
});
