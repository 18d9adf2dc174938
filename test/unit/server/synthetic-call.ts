import {
  type Bytes,
  type CallId,
  createCallId,
  createPackageId,
  createRegistration,
  type PackageId,
  randomBytes,
  sha256Base64url,
  utf8,
} from '@secure-call/protocol';
import type { JWK } from 'jose';

/** A registered call without sound: everything the key service ever sees of one. */
export interface SyntheticCall {
  readonly call: CallId;
  readonly rev: number;
  readonly packageId: PackageId;
  readonly callKey: Bytes;
  readonly watermarkSeed: Bytes;
  readonly registration: string;
}

export interface SyntheticCallOptions {
  readonly tenant: string;
  readonly recipients: readonly JWK[];
  readonly packager: JWK;
  readonly call?: CallId;
  readonly rev?: number;
  readonly durationSeconds?: number;
  readonly variants?: 1 | 2;
}

/** Segments of 2 s at 8 kHz without priming, so that segment n holds the seconds from 2n - 2 to 2n. */
export async function createSyntheticCall(options: SyntheticCallOptions): Promise<SyntheticCall> {
  const { tenant, recipients, packager, call = createCallId(), rev = 1, variants = 1 } = options;
  const durationSamples = (options.durationSeconds ?? 600) * 8000;
  const total = Math.ceil(durationSamples / 16000) + 1;
  const hashes = randomBytes((total + 2) * 32);
  const packageId = createPackageId();
  const hashPages: string[] = [];
  for (let start = 0; start < hashes.length; start += 8192)
    hashPages.push(await sha256Base64url(hashes.slice(start, start + 8192)));
  const audio = {
    name: 'audio',
    object: 'audio.bin',
    codec: 'mp4a.40.2',
    sampleRateHz: 8000,
    variants,
    total,
    slotBytes: 2048,
    segmentSamples: 16000,
    durationSamples,
    primingSamples: 0,
    channels: [{ role: 'caller' }],
  };
  const peaks = { name: 'peaks', object: 'peaks.bin', codec: 'peaks-u8-20', total: 2, slotBytes: 1024 };
  const transcript = {
    name: 'transcript',
    object: 'transcript.bin',
    codec: 'webvtt',
    total: 2,
    slotBytes: 1024,
  };
  const tracks = [audio, peaks, transcript];
  const manifest = utf8(JSON.stringify({ v: 1, tenant, call, rev, packageId, tracks, hashPages }));
  const callKey = randomBytes(32);
  const watermarkSeed = randomBytes(32);
  const registration = await createRegistration({
    manifest,
    callKey,
    recipients,
    signer: packager,
    firstHashes: hashes.slice(0, 8192),
    watermarkSeed,
  });
  return { call, rev, packageId, callKey, watermarkSeed, registration };
}
