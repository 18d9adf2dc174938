import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { traceCopy, type TraceReport } from '@secure-call/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clipOf, COPY_HZ, LeakedCall, wavOf } from '../support/leaked-call.ts';
import { nurseCall, phoneCall } from '../support/recordings.ts';
import { serviceOptions, TENANT } from '../unit/server/service-options.ts';
import { TestService } from '../unit/server/test-service.ts';
import { opus, sox } from './watermark/attacks.ts';
import { rawFloats, type Sound } from './watermark/sound.ts';
import { processSound } from './watermark/sound-process.ts';

const LISTENERS = 1000;
const SUSPECT = 'nurse-321';
const CLIP_SECONDS = 600;
const BAR_SECONDS = 60;

/** Each is heard some times over, one after the other, so that a call of more than ten minutes comes of it. */
const PARTS = [nurseCall, phoneCall, nurseCall, phoneCall, nurseCall, phoneCall, nurseCall];

let service: TestService;
let leaked: LeakedCall;
let copy: Float32Array<ArrayBuffer>;
beforeAll(async () => {
  service = await TestService.start();
  const recording = join(service.folder, 'long-call.wav');
  await writeFile(recording, wavOf(await joinedCall()));
  leaked = await LeakedCall.make(service, recording, LISTENERS);
  copy = (await leaked.copy(leaked.codeOf(SUSPECT))).subarray(17 * COPY_HZ, (17 + CLIP_SECONDS) * COPY_HZ);
}, 600_000);
afterAll(async () => {
  await leaked.remove();
  await service.stop();
});

async function joinedCall(): Promise<Float32Array> {
  const decoded: Float32Array<ArrayBuffer>[] = [];
  for (const { path } of PARTS)
    decoded.push(
      await processSound(new Float32Array(), [
        ['ffmpeg', '-v', 'error', '-i', path, '-ac', '1', ...rawFloats(COPY_HZ), 'pipe:1'],
      ]),
    );
  return new Float32Array(await new Blob(decoded).arrayBuffer());
}

const whole = (): Sound => ({ samples: copy, sampleRateHz: COPY_HZ });
const attacks: readonly [string, () => Promise<Sound>][] = [
  ['as it was decrypted', () => Promise.resolve(whole())],
  ['through Opus at 12 kbit/s', () => opus('12k')(whole())],
  ['without its pauses', () => sox('silence', '-l', '1', '0.1', '1%', '-1', '0.3', '1%')(whole())],
];

test.each(attacks)('ten minutes %s, among a thousand listeners', async (name, attack) => {
  const { samples, sampleRateHz } = await attack();
  const clip = { ...clipOf(new Float32Array()), channels: [samples], sampleRateHz };
  const since = performance.now();
  const report: TraceReport = await traceCopy(serviceOptions(service.keys, service.store), {
    tenant: TENANT,
    calls: undefined,
    clips: [clip],
  });
  const seconds = (performance.now() - since) / 1000;
  console.log(`${name}: ${seconds.toFixed(1)} s, of a bar of ${BAR_SECONDS} s`);
  expect(report.listeners.filter(({ named }) => named).map(({ sub }) => sub)).toEqual([SUSPECT]);
  expect(seconds).toBeLessThanOrEqual(BAR_SECONDS);
});
