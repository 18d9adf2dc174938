/**
 * `npm run bench:pack -- RECORDING`: processor time that packaging takes an hour of sound, without and with the forensic
 * watermark, and what of it marking alone takes. Needs `npm run build`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecording, packRecording } from '@secure-call/packager';
import { generateKey, randomBytes } from '@secure-call/protocol';
import { ChipSource, embedVariants } from '@secure-call/watermark';

/** Rounds that are measured, after one that warms up. */
const ROUNDS = 3;

const sample = new URL('../../examples/clinic/recordings/nurse-call.wav', import.meta.url).pathname;
const recording = process.argv[2] ?? sample;
const to = await mkdtemp(join(tmpdir(), 'pack-cost-'));
const archive = await generateKey('archive');
const packager = await generateKey('packager');

/** Seconds of processor time, all threads of this process. */
async function cpuSeconds(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The least of some rounds: whatever else the machine does only adds to it. */
async function least(work) {
  await work();
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await cpuSeconds(work));
  return Math.min(...rounds);
}

const pack = variants =>
  packRecording({
    recording,
    to,
    tenant: 'bench',
    recipients: [archive.publicJwk],
    signer: packager.privateJwk,
    variants,
  });

async function read() {
  const opened = await openRecording(recording);
  for await (const _ of opened.pcm());
  await opened.close();
}

/** Decodes and marks, and drops what comes. */
async function mark() {
  const opened = await openRecording(recording);
  const { sampleRateHz } = opened;
  const segmentSamples = 1024 * Math.round((2 * sampleRateHz) / 1024);
  const layout = { sampleRateHz, segmentSamples, primingSamples: 1024 };
  const chips = await ChipSource.of(randomBytes(32), layout);
  for await (const _ of embedVariants(opened.pcm(), layout, chips));
  await opened.close();
}

try {
  const { durationSeconds } = await pack(1);
  const perHour = seconds => (seconds * 3600) / durationSeconds;
  const one = perHour(await least(() => pack(1)));
  const two = perHour(await least(() => pack(2)));
  const marking = perHour((await least(mark)) - (await least(read)));
  console.log(`one variant                 ${one.toFixed(1)} CPU s an hour`);
  console.log(`two variants, marked        ${two.toFixed(1)} CPU s an hour`);
  console.log(
    `of that marking             ${marking.toFixed(1)} CPU s an hour, ${(3600 / marking).toFixed(0)} times real time`,
  );
  console.log(`marking on top of the rest  ${((100 * marking) / (two - marking)).toFixed(1)} % (bar: 15 %)`);
} finally {
  await rm(to, { recursive: true });
}
