import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { audioTrack, primingSeconds } from '@secure-call/protocol';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, type Handler, Origin } from '../support/deployment.ts';
import { openSegments } from '../support/opened-package.ts';
import { bundlePage } from '../support/page-handler.ts';
import { nurseCall } from '../support/recordings.ts';
import type { StartTimes } from './page/start-page.ts';

const RUNS = 9;
const ROUND_TRIPS_MS = [0, 40, 150];
const SEEK_SECONDS = 84;

let deployment: Deployment;
let browser: Browser;
let page: Origin;
let hls: Origin;
let roundTripMs = 0;

const delayed =
  (handler: Handler): Handler =>
  async request => {
    if (roundTripMs > 0) await new Promise(resolve => setTimeout(resolve, roundTripMs));
    return handler(request);
  };

/** The same audio as HLS with METHOD=AES-128, as any packager writes it. */
async function createHls(): Promise<Handler> {
  const [pack] = deployment.packages;
  if (!pack) throw new Error('One recording was packaged.');
  const [init, ...segments] = await openSegments(pack, deployment.archive);
  const key = randomBytes(16);
  const track = audioTrack(pack.manifest);
  const seconds = track.segmentSamples / track.sampleRateHz;
  const sealed = segments.map((segment, place) => {
    const iv = Buffer.alloc(16);
    iv.writeUInt32BE(place + 1, 12);
    const cipher = createCipheriv('aes-128-cbc', key, iv);
    return Buffer.concat([cipher.update(segment), cipher.final()]);
  });
  const entries = sealed.map((_, place) => `#EXTINF:${seconds},\n${place + 1}.m4s`);
  const head =
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-TARGETDURATION:3\n#EXT-X-MEDIA-SEQUENCE:1';
  const keyTag = '#EXT-X-MAP:URI="init.mp4"\n#EXT-X-KEY:METHOD=AES-128,URI="key"';
  const playlist = [head, keyTag, ...entries, '#EXT-X-ENDLIST'].join('\n');
  const files = new Map<string, string | Uint8Array<ArrayBuffer>>([
    ['/index.m3u8', playlist],
    ['/init.mp4', init ?? new Uint8Array()],
    ['/key', new Uint8Array(key)],
    ...sealed.map((segment, place) => [`/${place + 1}.m4s`, new Uint8Array(segment)] as const),
  ]);
  return request => {
    const body = files.get(new URL(request.url).pathname);
    const headers = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };
    return Promise.resolve(new Response(body ?? null, { status: body === undefined ? 404 : 200, headers }));
  };
}

const pageFiles: Record<string, string> = {
  '/start-page.js': '../var/bench/start-page.js',
  '/vault.worker.js': '../../packages/player/dist/vault.worker.js',
  '/sound-tap.worklet.js': '../e2e/page/sound-tap.worklet.js',
};

const pageHandler: Handler = async request => {
  const { pathname } = new URL(request.url);
  if (pathname === '/grants') return deployment.page.handler(request);
  const file =
    pageFiles[pathname] ?? (pathname.startsWith('/chunks/') ? `../var/bench${pathname}` : undefined);
  const body = file
    ? await readFile(new URL(file, import.meta.url))
    : '<!doctype html><script type="module" src="/start-page.js"></script>';
  return new Response(body, { headers: { 'content-type': file ? 'text/javascript' : 'text/html' } });
};

beforeAll(async () => {
  await bundlePage(fileURLToPath(new URL('page/start-page.ts', import.meta.url)), 'bench');
  deployment = await Deployment.create({ recordings: [nurseCall], policy: { bucketSeconds: 3600 } });
  deployment.storage.serve(delayed(deployment.storage.handler));
  deployment.service.serve(delayed(deployment.service.handler));
  hls = await Origin.listen(delayed(await createHls()));
  page = await Origin.listen(pageHandler);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([page?.stop(), hls?.stop()]);
  await deployment?.close();
});

async function measure(which: 'ours' | 'plain'): Promise<StartTimes> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(page.url);
  await tab.waitForFunction(() => 'bench' in window);
  const [pack] = deployment.packages;
  const call = pack?.callId ?? '';
  const priming = pack ? primingSeconds(audioTrack(pack.manifest)) : 0;
  const times =
    which === 'ours'
      ? await tab.evaluate(([c, s, at]) => window.bench.ours(c, s, at), [
          call,
          deployment.service.url,
          SEEK_SECONDS,
        ] as const)
      : await tab.evaluate(([p, from, at]) => window.bench.plain(p, from, at), [
          `${hls.url}/index.m3u8`,
          priming,
          SEEK_SECONDS,
        ] as const);
  await context.close();
  return times;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

// Prints and writes figures; nothing is asserted, since a time says as much of the machine as of the code.
test('first sound and jump, beside hls.js with AES-128 on the same audio', async () => {
  const results: Record<string, unknown>[] = [];
  for (const roundTrip of ROUND_TRIPS_MS) {
    roundTripMs = roundTrip;
    const times = { ours: [] as StartTimes[], plain: [] as StartTimes[] };
    for (let run = 0; run < RUNS; run++) {
      times.ours.push(await measure('ours'));
      times.plain.push(await measure('plain'));
    }
    for (const what of ['firstSoundMs', 'seekMs'] as const) {
      const [ours, plain] = [times.ours, times.plain].map(list => list.map(time => time[what]));
      const ratios = (ours ?? []).map((value, run) => value / (plain?.[run] ?? Number.NaN));
      const row = {
        roundTripMs: roundTrip,
        what,
        oursMs: median(ours ?? []),
        plainMs: median(plain ?? []),
        ratio: median(ratios),
      };
      results.push(row);
      console.log(
        `${what} at ${roundTrip} ms: ${row.oursMs.toFixed(0)} ms, hls.js AES-128 ${row.plainMs.toFixed(0)} ms, ratio ${row.ratio.toFixed(2)}`,
      );
    }
  }
  const folder = new URL('../var/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('bench-start.json', folder), `${JSON.stringify(results, null, 2)}\n`);
});
