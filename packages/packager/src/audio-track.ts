import {
  type AudioTrack,
  type Bytes,
  padWithFreeBox,
  sha256Base64url,
  storedSegmentBytes,
} from '@secure-call/protocol';
import { AAC_PRIMING_SAMPLES } from './aac-encoder.ts';
import { encodeRecording } from './encode-recording.ts';
import { segmentSamples } from './fmp4-segments.ts';
import type { PackageFolder } from './package-folder.ts';
import type { PeakMeter } from './peaks.ts';
import type { Recording } from './recording.ts';
import { type PackageSeal, writeSealedTrack } from './sealed-track.ts';
import { SpillFile } from './spill-file.ts';

export interface SealedAudio {
  readonly track: AudioTrack;
  readonly hashes: readonly Bytes[];
  /** Base64url SHA-256 of each segment as it left the muxer, init first. */
  readonly segmentDigests: readonly string[];
}

export interface AudioInput {
  readonly recording: Recording;
  readonly roles: readonly string[];
  readonly peaks: PeakMeter;
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
    const { digests, largestBytes } = await encodeToSpill(spill, input);
    const track = describeTrack(input, spill.count, storedSegmentBytes(largestBytes));
    const sealing = { name: 'audio', object: track.object, firstIndex: 0, total: track.total } as const;
    const hashes = await writeSealedTrack(folder, input.seal, sealing, padded(spill, track.slotBytes, input));
    await spill.remove();
    return { track, hashes, segmentDigests: digests };
  } catch (error) {
    await spill.close();
    throw error;
  }
}

async function encodeToSpill(
  spill: SpillFile,
  { recording, peaks, onEncoded, checkpoint }: AudioInput,
): Promise<{ digests: string[]; largestBytes: number }> {
  const digests: string[] = [];
  let largestBytes = 0;
  let samples = 0;
  for await (const segment of encodeRecording(recording, peaks)) {
    checkpoint();
    await spill.append(segment.bytes);
    digests.push(await sha256Base64url(segment.bytes));
    largestBytes = Math.max(largestBytes, segment.bytes.length);
    samples += segment.samples;
    onEncoded(samples / recording.sampleRateHz);
  }
  return { digests, largestBytes };
}

async function* padded(
  spill: SpillFile,
  slotBytes: number,
  { checkpoint }: Pick<AudioInput, 'checkpoint'>,
): AsyncGenerator<Bytes, void, undefined> {
  for await (const segment of spill.read()) {
    checkpoint();
    yield padWithFreeBox(segment, slotBytes);
  }
}

function describeTrack({ recording, roles }: AudioInput, total: number, slotBytes: number): AudioTrack {
  return {
    name: 'audio',
    object: 'audio.bin',
    codec: 'mp4a.40.2',
    sampleRateHz: recording.sampleRateHz,
    channels: roles.map(role => ({ role })),
    variants: 1,
    total,
    slotBytes,
    segmentSamples: segmentSamples(recording.sampleRateHz),
    durationSamples: recording.durationSamples,
    primingSamples: AAC_PRIMING_SAMPLES,
  };
}
