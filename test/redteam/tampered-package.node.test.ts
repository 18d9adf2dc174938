import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packRecording, type PackResult } from '@secure-call/packager';
import {
  type Bytes,
  type CallId,
  equalBytes,
  generateKey,
  HASH_PAGE_BYTES,
  type KeyPair,
  pinKey,
  sealSegment,
  SecureCallError,
  slotCount,
  slotRange,
  storedVariant,
  verifyRegistration,
} from '@secure-call/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tone, wavFile } from '../unit/packager/wav-file.ts';
import { type KnownSegment, openWhole } from './archive-holder.ts';
import { firstPageOf, isHeld, PlayerPath, type Stored } from './player-path.ts';

/** A package, what is secret of it, and the player that would play it. */
interface Victim {
  readonly pack: PackResult;
  readonly stored: Stored;
  /** What one listener has keys for. */
  readonly held: readonly KnownSegment[];
  readonly player: PlayerPath;
}

let folder: string;
let archive: KeyPair;
let packager: KeyPair;
let victim: Victim;
let otherCall: Victim;
let nextRevision: Victim;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tampered-'));
  archive = await generateKey('archive');
  packager = await generateKey('packager');
  victim = await pack(440);
  otherCall = await pack(440);
  nextRevision = await pack(700, { callId: victim.pack.callId, rev: 2 });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function pack(
  pitchHz: number,
  again?: { readonly callId: CallId; readonly rev: number },
  seconds = 7,
): Promise<Victim> {
  const recording = join(folder, 'call.wav');
  await writeFile(recording, wavFile({ channels: [tone(seconds, pitchHz)] }));
  const packed = await packRecording({
    recording,
    to: join(folder, 'storage'),
    tenant: 'region-x',
    recipients: [archive.publicJwk],
    signer: packager.privateJwk,
    ...again,
  });
  const names = [...packed.manifest.tracks.map(track => track.object), 'hashes.bin'];
  const stored = new Map<string, Bytes>();
  for (const name of names) stored.set(name, new Uint8Array(await readFile(join(packed.folder, name))));
  const known = await openWhole(packed, archive);
  const player = await PlayerPath.create(packed.manifest, firstPageOf(packed.registration), known);
  return { pack: packed, stored, held: known.segments.filter(isHeld), player };
}

const changed = (stored: Stored, object: string, bytes: Uint8Array): Stored =>
  new Map([...stored, [object, bytes]]);

/** What the player makes of a segment: the genuine sound, other sound, or a refusal's code. */
async function attempt(stored: Stored, { track, index, plaintext }: KnownSegment): Promise<string> {
  try {
    const opened = await victim.player.plaintext(stored, track, index);
    return equalBytes(opened, plaintext) ? 'genuine' : 'ACCEPTED';
  } catch (error) {
    if (error instanceof SecureCallError) return error.code;
    throw error;
  }
}

const segmentsOf = (object: string): KnownSegment[] =>
  victim.held.filter(({ track }) => track.object === object);

function withSlot(target: KnownSegment, bytes: Uint8Array): Stored {
  const object = Uint8Array.from(victim.stored.get(target.track.object) ?? []);
  object.set(bytes.subarray(0, target.track.slotBytes), slotRange(target.track, target.index).start);
  return changed(victim.stored, target.track.object, object);
}

/** The slot with another segment where the target's own variant lies. */
function withSegment(target: KnownSegment, sealed: Bytes): Stored {
  const slot = Uint8Array.from(target.slot);
  storedVariant(slot, target.variant).set(sealed);
  return withSlot(target, slot);
}

test('what was packed is played', async () => {
  for (const segment of victim.held) expect(await attempt(victim.stored, segment)).toBe('genuine');
  expect(victim.held.length).toBeGreaterThan(5);
});

describe('one flipped bit is never played', () => {
  test('in any byte of any slot', { timeout: 120_000 }, async () => {
    let flips = 0;
    for (const segment of victim.held) {
      const { start, end } = slotRange(segment.track, segment.index);
      const object = Uint8Array.from(victim.stored.get(segment.track.object) ?? []);
      const stored = changed(victim.stored, segment.track.object, object);
      for (let at = start; at < end; at += 1) {
        object[at] = (object[at] ?? 0) ^ (1 << (at % 8));
        const outcome = await attempt(stored, segment);
        object[at] = (object[at] ?? 0) ^ (1 << (at % 8));
        if (outcome !== 'integrity_failed') expect([segment.index, at, outcome]).toBe('refused');
        flips += 1;
      }
      expect(await attempt(stored, segment)).toBe('genuine');
    }
    expect(flips).toBe(
      victim.pack.manifest.tracks.reduce((sum, track) => sum + slotCount(track) * track.slotBytes, 0),
    );
  });

  test('in any byte of the registration, which holds the manifest', { timeout: 120_000 }, async () => {
    const keys = [pinKey(packager.publicJwk)];
    const { registration } = victim.pack;
    await verifyRegistration(registration, keys);
    let accepted = 0;
    for (let at = 0; at < registration.length; at += 1) {
      const other = registration[at] === 'A' ? 'B' : 'A';
      const flipped = registration.slice(0, at) + other + registration.slice(at + 1);
      await verifyRegistration(flipped, keys).then(
        () => (accepted += 1),
        (error: unknown) => expect(error).toMatchObject({ code: 'registration_invalid' }),
      );
    }
    expect(accepted).toBe(0);
  });
});

describe('a long recording, whose list of hashes has a second page in storage', () => {
  test('opens nothing on a page that was changed in any byte, or replaced', async () => {
    const long = await pack(440, undefined, 560);
    const last = long.held.find(({ track, index }) => track.name === 'audio' && index > 260);
    if (!last) throw new Error('The recording is too short for a second page.');
    const opened = (stored: Stored): Promise<string> =>
      long.player.plaintext(stored, last.track, last.index).then(
        () => 'opened',
        (error: SecureCallError) => error.code,
      );
    expect(await opened(long.stored)).toBe('opened');
    const hashes = Uint8Array.from(long.stored.get('hashes.bin') ?? []);
    const used = long.held.length * 32;
    for (let at = HASH_PAGE_BYTES; at < used; at += 1) {
      hashes[at] = (hashes[at] ?? 0) ^ 1;
      expect(await opened(changed(long.stored, 'hashes.bin', hashes))).toBe('integrity_failed');
      hashes[at] = (hashes[at] ?? 0) ^ 1;
    }
    expect(await opened(changed(long.stored, 'hashes.bin', hashes.slice(0, used - 1)))).toBe(
      'media_unavailable',
    );
  });
});

describe('nothing that was moved is played', () => {
  test('slots of the same track, in every pair', async () => {
    const audio = segmentsOf('audio.bin');
    for (const target of audio) {
      for (const source of audio) {
        if (source === target) continue;
        expect(await attempt(withSlot(target, source.slot), target)).toBe('integrity_failed');
      }
    }
  });

  test('slots of another track, another call, another revision', async () => {
    const foreign = [...segmentsOf('peaks.bin'), ...otherCall.held, ...nextRevision.held];
    for (const target of segmentsOf('audio.bin')) {
      for (const source of foreign) {
        const padded = new Uint8Array(target.track.slotBytes);
        padded.set(source.slot.subarray(0, padded.length));
        expect(await attempt(withSlot(target, padded), target)).toBe('integrity_failed');
      }
    }
  });

  test('whole packages: another call’s and another revision’s objects with their own list of hashes', async () => {
    for (const { stored } of [otherCall, nextRevision]) {
      for (const segment of victim.held)
        expect(await attempt(stored, segment)).toMatch(/^(integrity_failed|media_unavailable)$/);
    }
  });
});

describe('nothing that was cut or stretched is played as something else', () => {
  test('an object that ends early delivers what is whole of it and refuses the rest', async () => {
    const object = victim.stored.get('audio.bin') ?? new Uint8Array(0);
    for (let length = 0; length < object.length; length += 509) {
      const stored = changed(victim.stored, 'audio.bin', object.slice(0, length));
      for (const segment of segmentsOf('audio.bin')) {
        const whole = slotRange(segment.track, segment.index).end <= length;
        expect(await attempt(stored, segment)).toBe(whole ? 'genuine' : 'media_unavailable');
      }
    }
  });

  test('bytes pushed in shift everything behind them out of its place', async () => {
    const object = victim.stored.get('audio.bin') ?? new Uint8Array(0);
    const [, target] = segmentsOf('audio.bin');
    if (!target) throw new Error('There is no such segment.');
    const { start } = slotRange(target.track, target.index);
    for (const extra of [1, 16, 512, target.track.slotBytes]) {
      const longer = new Uint8Array(object.length + extra);
      longer.set(object.subarray(0, start));
      longer.set(object.subarray(start), start + extra);
      expect(await attempt(changed(victim.stored, 'audio.bin', longer), target)).toBe('integrity_failed');
    }
  });

  test('the last slot left out, and the one before it repeated', async () => {
    const audio = segmentsOf('audio.bin');
    const [last, before] = [audio.at(-1), audio.at(-2)];
    if (!last || !before) throw new Error('There are too few segments.');
    expect(await attempt(withSlot(last, before.slot), last)).toBe('integrity_failed');
    expect(await attempt(withSlot(last, new Uint8Array(last.track.slotBytes)), last)).toBe(
      'integrity_failed',
    );
  });
});

describe('someone with a genuine segment key and write access to storage', () => {
  test('cannot have other sound played: it opens under the key, but its hash is not registered', async () => {
    for (const target of segmentsOf('audio.bin')) {
      const key = await crypto.subtle.importKey('raw', target.key, 'AES-GCM', false, ['encrypt', 'decrypt']);
      const forged = Uint8Array.from(target.plaintext).reverse();
      expect(await attempt(withSegment(target, await sealSegment(key, forged)), target)).toBe(
        'integrity_failed',
      );
      // Even the same sound sealed once more is not what was registered.
      const again = await sealSegment(key, target.plaintext);
      expect(await attempt(withSegment(target, again), target)).toBe('integrity_failed');
    }
  });
});
