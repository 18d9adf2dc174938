import {
  audioTrack,
  type CallId,
  createCallId,
  createPackageId,
  createRegistration,
  durationSeconds,
  HASH_PAGE_BYTES,
  importCallKey,
  type Manifest,
  type PackageId,
  parseManifest,
  PUBLISHED_MANIFEST_OBJECT,
  publishManifest,
  randomBytes,
  SecureCallError,
} from '@secure-call/protocol';
import { writeHashes, describePackage, writeTracks } from './package-content.ts';
import { PackageFolder } from './package-folder.ts';
import { openRecording } from './open-recording.ts';
import { type PackOptions, type Packaging, preparePackaging } from './packaging.ts';
import { verifyPackage } from './verify-package.ts';

export interface PackResult {
  readonly callId: CallId;
  readonly packageId: PackageId;
  /** Folder of the package. */
  readonly folder: string;
  /** What the key service needs: a JWS to send to `POST /registrations`. Storage does not hold it. */
  readonly registration: string;
  readonly manifest: Manifest;
  readonly durationSeconds: number;
}

/**
 * Packages one recording. The package appears in storage complete and read back, or not at all; nothing that can be
 * played or read without the archive key is ever written to a disk, not even in passing.
 * @throws {SecureCallError} the `recording_*` codes, `attachment_invalid`, `configuration_invalid`, `key_invalid`,
 *   `storage_failed`, `package_verification_failed`, `aborted`
 */
export async function packRecording(options: PackOptions): Promise<PackResult> {
  const recording = await openRecording(options.recording, options);
  try {
    const packaging = await preparePackaging(options, recording);
    const folder = await PackageFolder.create(options.to);
    try {
      return await writePackage(folder, packaging);
    } catch (error) {
      await folder.discard();
      throw error;
    }
  } finally {
    await recording.close();
  }
}

async function writePackage(folder: PackageFolder, packaging: Packaging): Promise<PackResult> {
  const callKey = randomBytes(32);
  const watermarkSeed = randomBytes(32);
  const checkpoint = (): void => throwIfAborted(packaging.signal);
  try {
    const binding = {
      tenant: packaging.tenant,
      call: packaging.callId ?? createCallId(),
      rev: packaging.rev,
    };
    const seal = { binding, callKey: await importCallKey(callKey) };
    const content = await writeTracks(folder, { packaging, seal, watermarkSeed, checkpoint });
    const hashes = await writeHashes(folder, content);
    const packageId = createPackageId();
    const manifestBytes = await describePackage({ ...binding, packageId }, content, hashes);
    const manifest = parseManifest(manifestBytes);
    await verifyPackage(folder.path, manifest, { ...content, callKey, checkpoint });
    const registration = await createRegistration({
      manifest: manifestBytes,
      firstHashes: hashes.slice(0, HASH_PAGE_BYTES),
      callKey,
      watermarkSeed,
      recipients: packaging.recipients,
      signer: packaging.signer,
    });
    if (packaging.publishManifest)
      await folder.writeFile(
        PUBLISHED_MANIFEST_OBJECT,
        await publishManifest(manifestBytes, packaging.signer),
      );
    checkpoint();
    return {
      callId: binding.call,
      packageId,
      folder: await folder.commit(binding.call, packageId),
      registration,
      manifest,
      durationSeconds: durationSeconds(audioTrack(manifest)),
    };
  } finally {
    callKey.fill(0);
    watermarkSeed.fill(0);
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new SecureCallError('aborted', 'Packaging was stopped. Nothing was left behind.');
}
