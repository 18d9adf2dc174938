import { ChipSource, Embedder, clientPattern, embedPattern, embedVariants } from '@secure-call/watermark';
import type { Clip } from './corpus.ts';
import { detect } from './detection.ts';
import { resampled, type Sound } from './sound.ts';
import { keyOf } from './trials.ts';

const PLAYBACK_RATE_HZ = 48_000;
const MEASURED_SECONDS = 30;

/** What a worklet is given at a time. */
const QUANTUM = 128;

/** Seconds of one core. */
export interface Cost {
  /** Share of a core that marking takes while two channels play. */
  readonly workletShare: number;
  readonly latencySeconds: number;
  /** Seconds of one channel at 48 kHz that are marked in a second. */
  readonly embedderSpeed: number;
  /** The same at 8 kHz, the rate at which a packager marks telephone calls. */
  readonly embedderSpeedAt8k: number;
  /** Seconds of one channel at 8 kHz of which both variants of the forensic mark are made in a second. */
  readonly variantSpeedAt8k: number;
  /** The same at 48 kHz. */
  readonly variantSpeedAt48k: number;
  /** Seconds of marked speech that are searched in a second. */
  readonly detectorSpeed: number;
  /** The same where there is nothing to find, so that cuts are searched for as well. */
  readonly detectorSpeedUnmarked: number;
  /** The same with changes of speed searched for too. */
  readonly detectorSpeedWithSearch: number;
}

/** Processor time that something takes; wall time would measure the machine's other work. */
async function coreSeconds(work: () => void | Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function playThrough(embedder: Embedder, samples: Float32Array): void {
  const output = [new Float32Array(QUANTUM), new Float32Array(QUANTUM)];
  for (let start = 0; start + QUANTUM <= samples.length; start += QUANTUM) {
    const quantum = samples.subarray(start, start + QUANTUM);
    embedder.process([quantum, quantum], output);
  }
}

/** Makes both variants of the forensic mark, block by block as a packager does. */
async function embedBoth({ samples, sampleRateHz }: Sound): Promise<void> {
  const segmentSamples = 1024 * Math.round((2 * sampleRateHz) / 1024);
  const layout = { sampleRateHz, segmentSamples, primingSamples: 1024 };
  const block = 4096;
  const blocks = Array.from({ length: Math.ceil(samples.length / block) }, (_, at) => [
    samples.subarray(at * block, (at + 1) * block),
  ]);
  for await (const _ of embedVariants(blocks, layout, await ChipSource.of(keyOf('cost'), layout)));
}

/** @param whole speech of some length, of which the first 30 s are taken */
export async function measureCost(whole: Clip): Promise<Cost> {
  const clip = { ...whole, samples: whole.samples.slice(0, MEASURED_SECONDS * whole.sampleRateHz) };
  const key = keyOf('cost');
  const pattern = await clientPattern(key, 1);
  const playback = await resampled(clip, PLAYBACK_RATE_HZ);
  const { samples } = playback;
  const stereo = { sampleRateHz: PLAYBACK_RATE_HZ, channelCount: 2, pattern };
  // Compiled before it is measured, as after the first second in a browser.
  playThrough(new Embedder(stereo), samples);
  const embedder = new Embedder(stereo);
  const playing = await coreSeconds(() => playThrough(embedder, samples));
  const embed = (sound: Sound): Promise<number> =>
    coreSeconds(() => void embedPattern([sound.samples], sound.sampleRateHz, pattern));
  const marked = {
    ...clip,
    samples: embedPattern([clip.samples], clip.sampleRateHz, pattern)[0] ?? clip.samples,
  };
  const search = (sound: Sound, speeds = false): Promise<number> =>
    coreSeconds(() => detect(sound, key, { speeds }));
  await search(marked);
  await embedBoth(clip);
  const seconds = clip.samples.length / clip.sampleRateHz;
  return {
    workletShare: playing / seconds,
    latencySeconds: embedder.latencySamples / PLAYBACK_RATE_HZ,
    embedderSpeed: seconds / (await embed(playback)),
    embedderSpeedAt8k: seconds / (await embed(clip)),
    variantSpeedAt8k: seconds / (await coreSeconds(() => embedBoth(clip))),
    variantSpeedAt48k: seconds / (await coreSeconds(() => embedBoth(playback))),
    detectorSpeed: seconds / (await search(marked)),
    detectorSpeedUnmarked: seconds / (await search(clip)),
    detectorSpeedWithSearch: seconds / (await search(clip, true)),
  };
}
