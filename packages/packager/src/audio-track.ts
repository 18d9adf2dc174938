import {
  type AudioTrack,
  type Bytes,
  padWithFreeBox,
  sha256Base64url,
  storedSegmentBytes,
} from '@secure-call/protocol';
import { ChipSource } from '@secure-call/watermark';
import { encodeRecording, segmentLayout } from './encode-recording.ts';
import type { PackageFolder } from './package-folder.ts';
import type { PeakMeter } from './peaks.ts';
import type { Recording } from './recording.ts';
import { type PackageSeal, writeSealedTrack } from './sealed-track.ts';
import { SpillFile } from './spill-file.ts';

export interface SealedAudio {
  readonly track: AudioTrack;
  readonly hashes: readonly Bytes[];
  /** Base64url SHA-256 of each segment as it left the muxer, init first, then the variants of each slot in turn. */
  readonly segmentDigests: readonly string[];
}

export interface AudioInput {
  readonly recording: Recording;
  readonly roles: readonly string[];
  readonly peaks: PeakMeter;
  /** Seed of the forensic watermark, 32 bytes; one variant where absent. */
  readonly mark: Bytes | undefined;
  readonly seal: PackageSeal;
  /** Called with the seconds encoded so far. */
  readonly onEncoded: (seconds: number) => void;
  /** Called before each segment; throws to stop. */
  readonly checkpoint: () => void;
}

/** Encodes into a spill file, then seals for good: total and slot size, both bound or fixed, are known only then. */
export async function writeAudioTrack(folder: PackageFolder, input: AudioInput): Promise<SealedAudio> {
  const spill = await SpillFile.create(folder);
  try {
    const { digests, largestBytes, slots } = await encodeToSpill(spill, input);
    const track = describeTrack(input, slots, storedSegmentBytes(largestBytes));
    const sealing = { name: 'audio', object: track.object, firstIndex: 0, total: track.total } as const;
    const hashes = await writeSealedTrack(folder, input.seal, sealing, padded(spill, track, input));
    await spill.remove();
    return { track, hashes, segmentDigests: digests };
  } catch (error) {
    await spill.close();
    throw error;
  }
}

async function encodeToSpill(
  spill: SpillFile,
  { recording, peaks, mark, onEncoded, checkpoint }: AudioInput,
): Promise<{ digests: string[]; largestBytes: number; slots: number }> {
  const chips = mark && (await ChipSource.of(mark, segmentLayout(recording.sampleRateHz)));
  const digests: string[] = [];
  let largestBytes = 0;
  let slots = 0;
  let samples = 0;
  for await (const slot of encodeRecording(recording, peaks, chips)) {
    checkpoint();
    for (const segment of slot.segments) {
      await spill.append(segment);
      digests.push(await sha256Base64url(segment));
      largestBytes = Math.max(largestBytes, segment.length);
    }
    slots += 1;
    samples += slot.samples;
    onEncoded(samples / recording.sampleRateHz);
  }
  return { digests, largestBytes, slots };
}

async function* padded(
  spill: SpillFile,
  { slotBytes, variants }: AudioTrack,
  { checkpoint }: Pick<AudioInput, 'checkpoint'>,
): AsyncGenerator<readonly Bytes[], void, undefined> {
  let isInit = true;
  let slot: Bytes[] = [];
  for await (const segment of spill.read()) {
    checkpoint();
    if (isInit) yield [padWithFreeBox(segment, slotBytes)];
    else slot.push(padWithFreeBox(segment, slotBytes / variants));
    isInit = false;
    if (slot.length < variants) continue;
    yield slot;
    slot = [];
  }
}

function describeTrack(
  { recording, roles, mark }: AudioInput,
  total: number,
  segmentBytes: number,
): AudioTrack {
  const variants = mark ? 2 : 1;
  return {
    name: 'audio',
    object: 'audio.bin',
    codec: 'mp4a.40.2',
    ...segmentLayout(recording.sampleRateHz),
    channels: roles.map(role => ({ role })),
    variants,
    total,
    slotBytes: variants * segmentBytes,
    durationSamples: recording.durationSamples,
  };
}
