import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny';
import {
  audioTrack,
  type AudioTrack,
  type Bytes,
  concat,
  equalBytes,
  findTrack,
  importCallKey,
  type Manifest,
  SecureCallError,
  sha256Base64url,
  slotVariants,
  unpackData,
  type Variant,
} from '@secure-call/protocol';
import { AAC_FRAME_SAMPLES, aacPacketCount } from './aac-encoder.ts';
import type { DataContent } from './data-track.ts';
import { PackageReader } from './package-reader.ts';

/** What was put into a package, to compare with what is read back. */
export interface ExpectedContent {
  /** 32 bytes. */
  readonly callKey: Bytes;
  readonly segmentDigests: readonly string[];
  readonly data: readonly DataContent[];
  /** Called before each segment; throws to stop. */
  readonly checkpoint: () => void;
}

/**
 * Reads a written package back: sizes and hashes, every slot opened under a freshly derived key and compared with what
 * the muxer gave, every audio segment of both variants demuxed and its packets counted against the recording.
 * @throws {SecureCallError} `package_verification_failed`
 */
export async function verifyPackage(
  folder: string,
  manifest: Manifest,
  expected: ExpectedContent,
): Promise<void> {
  const reader = new PackageReader(folder, manifest);
  try {
    const callKey = await importCallKey(expected.callKey);
    await verifyAudio(reader, callKey, expected);
    for (const content of expected.data) await verifyData(reader, callKey, content);
  } catch (cause) {
    if (cause instanceof SecureCallError && cause.code === 'aborted') throw cause;
    const why = cause instanceof SecureCallError ? ` ${cause.message}` : '';
    throw new SecureCallError(
      'package_verification_failed',
      `The package read back is not what was put in.${why}`,
      {
        cause,
      },
    );
  }
}

async function verifyAudio(
  reader: PackageReader,
  callKey: CryptoKey,
  expected: ExpectedContent,
): Promise<void> {
  const track = audioTrack(reader.manifest);
  const digests = expected.segmentDigests.values();
  let init: Bytes = new Uint8Array();
  const packets = [0, 0, 0] satisfies Record<Variant, number>;
  for await (const { index, variant, plaintext } of reader.plaintexts(track, callKey)) {
    expected.checkpoint();
    const segment = withoutFreeBox(plaintext);
    if ((await sha256Base64url(segment)) !== digests.next().value) throw differs(`Segment ${index}`);
    if (index === 0) init = segment;
    else packets[variant] += await countPackets(concat(init, segment), track, index);
  }
  const counted = slotVariants(track, 1).every(
    variant => packets[variant] === aacPacketCount(track.durationSamples),
  );
  if (!counted || !digests.next().done) throw differs('The number of segments or packets');
}

/** The padding is the last box; its size says where it starts (ISO/IEC 14496-12 section 8.1.2). */
function withoutFreeBox(plaintext: Bytes): Bytes {
  const view = new DataView(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  for (let offset = 0; offset + 8 <= plaintext.length;) {
    const boxBytes = view.getUint32(offset);
    if (offset + boxBytes === plaintext.length) return plaintext.slice(0, offset);
    if (boxBytes < 8) break;
    offset += boxBytes;
  }
  throw differs('The padding of a segment');
}

/** Demuxes one segment after its init segment, as a player does, and checks that it starts where it should. */
async function countPackets(bytes: Bytes, track: AudioTrack, index: number): Promise<number> {
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4] });
  try {
    const audio = await input.getPrimaryAudioTrack();
    if (!audio) throw differs(`Segment ${index}`);
    let count = 0;
    let nextSample = (index - 1) * track.segmentSamples;
    for await (const packet of new EncodedPacketSink(audio).packets()) {
      if (Math.round(packet.timestamp * track.sampleRateHz) !== nextSample)
        throw differs(`The time of segment ${index}`);
      nextSample += AAC_FRAME_SAMPLES;
      count += 1;
    }
    return count;
  } finally {
    input.dispose();
  }
}

async function verifyData(
  reader: PackageReader,
  callKey: CryptoKey,
  { name, bytes }: DataContent,
): Promise<void> {
  const track = findTrack(reader.manifest, name);
  if (!track) throw differs(`The track ${name}`);
  const pieces: Bytes[] = [];
  for await (const { plaintext } of reader.plaintexts(track, callKey))
    pieces.push(await unpackData(plaintext));
  if (!equalBytes(concat(...pieces), bytes)) throw differs(`The track ${name}`);
}

const differs = (what: string): SecureCallError =>
  new SecureCallError('package_verification_failed', `${what} differs.`);
