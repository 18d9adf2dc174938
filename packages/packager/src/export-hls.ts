import { constants, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  audioTrack,
  type AudioTrack,
  type Bytes,
  deriveSegmentKey,
  durationSeconds,
  importCallKey,
  type Manifest,
  openSealedKey,
  pinKey,
  readKey,
  type RegistrationInput,
  SecureCallError,
  type Variant,
  verifyRegistration,
} from '@secure-call/protocol';
import { hlsPlaylist } from './hls-playlist.ts';
import { PackageReader } from './package-reader.ts';

type Jwk = RegistrationInput['signer'];

export interface HlsExportOptions {
  /** Folder of the package. */
  readonly folder: string;
  /** The registration's text, a JWS. */
  readonly registration: string;
  /** The packager's public key: without it anyone could have made registration and package. */
  readonly packagerKey: Jwk;
  /** The archive's private key. */
  readonly archiveKey: Jwk;
  /** Folder to make; its parent exists. */
  readonly to: string;
  /** Which variant of marked sound to write. @default 'A' */
  readonly variant?: 'A' | 'B';
}

export interface HlsExport {
  readonly durationSeconds: number;
  /** Media segments. */
  readonly segments: number;
}

/**
 * Writes the audio of a package as an ordinary HLS playlist, with every key in it: `index.m3u8` and `audio.bin`, for
 * other players and for escrow. Every slot is checked and opened first. Whoever has the folder can listen, and no record
 * of it is made.
 * @throws {SecureCallError} `configuration_invalid` when `to` exists or cannot be made, `registration_invalid`,
 *   `key_invalid`, `package_unreadable`, `integrity_failed`, `storage_failed`
 */
export async function exportHls(options: HlsExportOptions): Promise<HlsExport> {
  const packagerKey = pinKey(readKey(options.packagerKey, 'packager', 'public'));
  const { manifest, registration } = await verifyRegistration(options.registration, [packagerKey]);
  const archiveKey = readKey(options.archiveKey, 'archive', 'private');
  const callKey = await importCallKey(await openSealedKey(registration.jwe, registration, archiveKey));
  const track = audioTrack(manifest);
  const chosen = chosenVariant(track, options.variant);
  for await (const _ of new PackageReader(options.folder, manifest).plaintexts(track, callKey));
  await writeExport(options, track, hlsPlaylist(track, chosen, await segmentKeys(manifest, chosen, callKey)));
  return { durationSeconds: durationSeconds(track), segments: track.total - 1 };
}

function chosenVariant({ variants }: AudioTrack, name: 'A' | 'B' | undefined): Variant {
  if (variants === 2) return name === 'B' ? 2 : 1;
  if (name === undefined) return 0;
  throw new SecureCallError('configuration_invalid', 'The sound of this package has no variants.');
}

/** The init segment has no variant. */
async function segmentKeys(manifest: Manifest, chosen: Variant, callKey: CryptoKey): Promise<Bytes[]> {
  const { tenant, call, rev } = manifest;
  const { total } = audioTrack(manifest);
  const keys: Bytes[] = [];
  for (let index = 0; index < total; index += 1) {
    const variant = index === 0 ? 0 : chosen;
    const binding = { tenant, call, rev, track: 'audio', variant, index, total };
    const key = await deriveSegmentKey(callKey, binding, true);
    keys.push(new Uint8Array(await crypto.subtle.exportKey('raw', key)));
  }
  return keys;
}

async function writeExport(
  { folder, to }: HlsExportOptions,
  track: AudioTrack,
  playlist: string,
): Promise<void> {
  await makeFolder(to);
  try {
    await copyFile(join(folder, track.object), join(to, track.object), constants.COPYFILE_EXCL);
    await writeFile(join(to, 'index.m3u8'), playlist, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    await rm(to, { recursive: true, force: true });
    throw new SecureCallError('storage_failed', 'The export cannot be written.', { cause });
  }
}

/** For its owner only; one that exists is left alone, empty or not. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const why = exists ? 'exists already; nothing is written over' : 'cannot be made';
    throw new SecureCallError('configuration_invalid', `The folder for the export ${why}.`, { cause });
  }
}
