import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  audioTrack,
  durationSeconds,
  importCallKey,
  type Manifest,
  openSealedKey,
  padmeBytes,
  pinKey,
  readKey,
  type RegistrationInput,
  SecureCallError,
  slotCount,
  type TrackName,
  type VerifiedRegistration,
  verifyRegistration,
} from '@secure-call/protocol';
import { openForReading, readBytes } from './file-bytes.ts';
import { PackageReader } from './package-reader.ts';
import { judgeRandomness, type Randomness } from './randomness.ts';

type Jwk = RegistrationInput['signer'];

/** What someone can know of a package. Without keys: what anyone can who reads the storage. */
export interface PackageInspection {
  readonly objects: readonly ObjectInspection[];
  /** With the registration and the packager's public key. */
  readonly registered?: RegisteredInspection;
  /** What is wrong, in words; empty when all is well. */
  readonly problems: readonly string[];
}

export interface ObjectInspection {
  readonly name: string;
  readonly bytes: number;
  /** Its size is one of the few that objects are padded to. */
  readonly isPadded: boolean;
  /** Whether its bytes are spread as those of ciphertext are. */
  readonly content: Randomness;
}

export interface RegisteredInspection {
  readonly tenant: string;
  readonly rev: number;
  readonly durationSeconds: number;
  readonly channels: readonly string[];
  /** 2 where the sound carries the forensic watermark. */
  readonly variants: 1 | 2;
  readonly tracks: readonly { readonly name: TrackName; readonly codec: string; readonly slots: number }[];
  /** Every slot was read, has its registered hash and, with the archive's private key, opens. */
  readonly checked: 'hashes' | 'hashes-and-keys';
}

export interface InspectOptions {
  /** The registration's text, a JWS. */
  readonly registration?: string;
  /** The packager's public key; needed with `registration`. */
  readonly packagerKey?: Jwk;
  /** The archive's private key, to open every slot. */
  readonly archiveKey?: Jwk;
}

/** Objects are sampled up to this size. */
const SAMPLE_BYTES = 1024 * 1024;
const OBJECT_NAME = /^[a-z]{1,16}\.bin$/;

/**
 * Looks at a package's folder.
 * @throws {SecureCallError} `package_unreadable` when it is no folder or an object cannot be read,
 *   `registration_invalid` or `key_invalid` when the registration or a key does not fit; a damaged package is told in
 *   `problems`
 */
export async function inspectPackage(
  folder: string,
  options: InspectOptions = {},
): Promise<PackageInspection> {
  const objects: ObjectInspection[] = [];
  for (const name of await objectNames(folder)) objects.push(await inspectObject(folder, name));
  const problems = objects.flatMap(describeProblems);
  if (options.registration === undefined) return { objects, problems };
  const verified = await verifyRegistration(options.registration, [pinKey(neededKey(options.packagerKey))]);
  try {
    return { objects, registered: await inspectRegistered(folder, verified, options.archiveKey), problems };
  } catch (error) {
    if (!(error instanceof SecureCallError) || !DAMAGE.includes(error.code)) throw error;
    return { objects, problems: [...problems, error.message] };
  }
}

const DAMAGE: readonly string[] = [
  'integrity_failed',
  'package_unreadable',
] satisfies SecureCallError['code'][];

function neededKey(packagerKey: Jwk | undefined): Jwk {
  if (!packagerKey)
    throw new SecureCallError(
      'configuration_invalid',
      'A registration is checked with the public key of its packager.',
    );
  return readKey(packagerKey, 'packager', 'public');
}

async function objectNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new SecureCallError('package_unreadable', 'This is not the folder of a package.', { cause });
  });
  if (entries.some(entry => entry.isDirectory()))
    throw new SecureCallError('package_unreadable', 'Name one package: storage/<call>/<package>.');
  return entries.map(({ name }) => name).sort();
}

async function inspectObject(folder: string, name: string): Promise<ObjectInspection> {
  const file = await openForReading(join(folder, name), 'package_unreadable', 'An object of the package');
  try {
    const { size } = await file.stat();
    const sample = await readBytes(file, 0, Math.min(size, SAMPLE_BYTES));
    return { name, bytes: size, isPadded: padmeBytes(size) === size, content: judgeRandomness(sample) };
  } finally {
    await file.close();
  }
}

function describeProblems({ name, isPadded, content }: ObjectInspection): string[] {
  // A foreign file may be named after a caller: it is counted, not quoted.
  if (!OBJECT_NAME.test(name)) return ['The folder holds a file that belongs to no package.'];
  const problems: string[] = [];
  if (!isPadded) problems.push(`${name} has a size that objects are not padded to.`);
  if (content === 'not-random') problems.push(`${name} does not look encrypted.`);
  return problems;
}

async function inspectRegistered(
  folder: string,
  { manifest, registration }: VerifiedRegistration,
  archiveKey: Jwk | undefined,
): Promise<RegisteredInspection> {
  const reader = new PackageReader(folder, manifest);
  const callKey =
    archiveKey &&
    (await importCallKey(
      await openSealedKey(registration.jwe, registration, readKey(archiveKey, 'archive', 'private')),
    ));
  for (const track of manifest.tracks) {
    const slots = callKey ? reader.plaintexts(track, callKey) : reader.slots(track);
    for await (const _ of slots);
  }
  return { ...summary(manifest), checked: callKey ? 'hashes-and-keys' : 'hashes' };
}

function summary(manifest: Manifest): Omit<RegisteredInspection, 'checked'> {
  const audio = audioTrack(manifest);
  return {
    tenant: manifest.tenant,
    rev: manifest.rev,
    durationSeconds: durationSeconds(audio),
    channels: audio.channels.map(({ role }) => role),
    variants: audio.variants,
    tracks: manifest.tracks.map(track => ({ name: track.name, codec: track.codec, slots: slotCount(track) })),
  };
}
