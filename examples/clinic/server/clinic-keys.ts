import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  generateKey,
  type KeyKind,
  type KeyPair,
  type PinnedKey,
  pinKey,
  readKey,
} from '@secure-call/protocol';
import { writeFileWhole } from './write-file-whole.ts';

export type Key = KeyPair['privateJwk'];

/** One private key of every kind. In production each lies with the party that uses it, never together as here. */
export interface ClinicKeys {
  readonly archive: Key;
  readonly packager: Key;
  readonly issuer: Key;
  readonly auditor: Key;
  readonly service: Key;
}

/** Reads the demo's keys; at the first start generates them, readable by their owner only. */
export async function loadKeys(dataFolder: string): Promise<ClinicKeys> {
  const path = join(dataFolder, 'keys.json');
  const stored = await readFile(path, 'utf8').catch(() => undefined);
  if (stored !== undefined) return readKeys(JSON.parse(stored) as Readonly<Record<string, unknown>>);
  const keys = await generateKeys();
  await writeFileWhole(path, JSON.stringify(keys), 0o600);
  return keys;
}

function readKeys(stored: Readonly<Record<string, unknown>>): ClinicKeys {
  const read = (kind: KeyKind): Key => readKey(stored[kind], kind, 'private');
  return {
    archive: read('archive'),
    packager: read('packager'),
    issuer: read('issuer'),
    auditor: read('auditor'),
    service: read('service'),
  };
}

async function generateKeys(): Promise<ClinicKeys> {
  const make = async (kind: KeyKind): Promise<Key> => (await generateKey(kind)).privateJwk;
  return {
    archive: await make('archive'),
    packager: await make('packager'),
    issuer: await make('issuer'),
    auditor: await make('auditor'),
    service: await make('service'),
  };
}

/** The half of a key that others may have. */
export const publicKey = (key: Key, kind: KeyKind): Key => readKey(key, kind, 'public');

/** A signing key as those who trust it pin it. */
export const pinned = (key: Key, kind: KeyKind): PinnedKey => pinKey(publicKey(key, kind));
