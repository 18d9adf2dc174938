/**
 * A listener who decrypts what they hold keys for and leaves the player out: what they get carries their code. The service is
 * real, the recording is, and the attacker speaks the protocol alone.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packRecording, type PackResult } from '@secure-call/packager';
import {
  audioTrack,
  type Bytes,
  concat,
  openSegment,
  slotRange,
  storedVariant,
  type Variant,
} from '@secure-call/protocol';
import { traceMaterial, type TraceMaterial } from '@secure-call/server';
import {
  CallPattern,
  matchCodes,
  searchCall,
  segmentBits,
  trainedNetwork,
  viewForensic,
} from '@secure-call/watermark/detector';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ATTACKS } from '../bench/watermark/attacks.ts';
import type { Sound } from '../bench/watermark/sound.ts';
import { nurseCall } from '../support/recordings.ts';
import type { Browser } from '../unit/server/browser.ts';
import { serviceOptions, TENANT } from '../unit/server/service-options.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';
import { hasProgram } from '../support/has-program.ts';

const RATE_HZ = 8000;
const DUMPED_SECONDS = 100;

/** What someone has after listening: for each segment the key, and the variant that it is for. */
type Keys = ReadonlyMap<number, { readonly key: CryptoKey; readonly variant: Variant }>;

let folder: string;
let service: TestService;
let packed: PackResult;
let object: Bytes;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forensic-'));
  service = await TestService.start();
  packed = await packRecording({
    recording: nurseCall.path,
    to: join(folder, 'storage'),
    tenant: TENANT,
    recipients: [service.keys.archive.publicJwk],
    signer: service.keys.packager.privateJwk,
  });
  expect((await service.register(packed.registration)).status).toBe(201);
  object = new Uint8Array(await readFile(join(packed.folder, 'audio.bin')));
}, 120_000);
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const asCall = () => ({
  call: packed.callId,
  rev: 1,
  packageId: packed.packageId,
  callKey: new Uint8Array(),
  watermarkSeed: new Uint8Array(),
  registration: packed.registration,
});

/** Leases the beginning of the call as fast as the service lets anyone, and unwraps every key that comes. */
async function ripKeys(sub: string, claims: Parameters<typeof grantInput>[2] = {}): Promise<Keys> {
  const browser: Browser = await service.browser();
  const session = await browser.openSession(
    await service.grant(grantInput(asCall(), browser, { sub, ...claims })),
  );
  const keys = new Map<number, { key: CryptoKey; variant: Variant }>();
  const take = async (lease: typeof session.lease): Promise<void> => {
    for (const [name, key] of await browser.unwrap(session, lease)) {
      const [track, index = '', variant] = name.split('/');
      if (track === 'audio') keys.set(Number(index), { key, variant: Number(variant) as Variant });
    }
  };
  await take(session.lease);
  const events = browser.events(session);
  let from = session.lease.to;
  for (let leaseSeq = 1; from < DUMPED_SECONDS; leaseSeq += 1) {
    service.clock.advanceSeconds(12);
    const ranges: [number, number][] = [[Math.max(0, from - 12), from]];
    const event = { type: 'playback.listened', position: from, ranges, rate: 1 } as const;
    const { jws } = await events.sign(event, new Date(service.clock.now()), leaseSeq);
    const lease = await browser.lease(session, { leaseSeq, from, events: [jws] });
    await take(lease);
    from = lease.to;
  }
  return keys;
}

function slotOf(index: number): Bytes {
  const { start, end } = slotRange(audioTrack(packed.manifest), index);
  return object.slice(start, end);
}

/** The decrypted segments one after the other: what a client that plays nothing can write to a file. */
async function dump(keys: Keys): Promise<Bytes> {
  const parts = [...keys.entries()].sort(([a], [b]) => a - b);
  const opened = parts.map(([index, { key, variant }]) =>
    openSegment(key, storedVariant(slotOf(index), variant)),
  );
  return concat(...(await Promise.all(opened)));
}

/** Both sides in one, as a telephone carries them. */
function decode(mp4: Bytes): Sound {
  const args = [
    '-v',
    'error',
    '-f',
    'mp4',
    '-i',
    'pipe:0',
    '-f',
    'f32le',
    '-ac',
    '1',
    '-ar',
    String(RATE_HZ),
    'pipe:1',
  ];
  const raw = execFileSync('ffmpeg', args, { input: mp4, maxBuffer: 2 ** 30 });
  return {
    samples: new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength)),
    sampleRateHz: RATE_HZ,
  };
}

async function material(): Promise<TraceMaterial> {
  const [found] = await traceMaterial(serviceOptions(service.keys, service.store), {
    tenant: TENANT,
    call: packed.callId,
  });
  if (!found) throw new Error('The call is not known.');
  return found;
}

describe('two listeners and a colleague', () => {
  let leaker: Keys;
  let colleague: Keys;

  beforeAll(async () => {
    leaker = await ripKeys('nurse-1');
    colleague = await ripKeys('nurse-2');
    for (let other = 3; other <= 30; other += 1) {
      const browser = await service.browser();
      await browser.openSession(
        await service.grant(grantInput(asCall(), browser, { sub: `nurse-${other}` })),
      );
    }
  }, 120_000);

  test('each key opens one half of its slot and nothing else of it', async () => {
    let refused = 0;
    for (const [index, { key, variant }] of leaker) {
      const slot = slotOf(index);
      await openSegment(key, storedVariant(slot, variant));
      if (index === 0) continue;
      const other: Variant = variant === 1 ? 2 : 1;
      for (const bytes of [storedVariant(slot, other), slot])
        await openSegment(key, bytes).catch(() => (refused += 1));
    }
    expect(refused).toBe(2 * (leaker.size - 1));
  });

  test('no request gets the other variant: neither another session nor a seek, a unit, a purpose, a packed lease', async () => {
    const again = [
      await ripKeys('nurse-1'),
      await ripKeys('nurse-1', { name: 'Someone Else', role: 'reviewer' }),
      await ripKeys('nurse-1', { call: { purpose: 'HQUALIMP', unit: { id: 'unit-9', name: 'Quality' } } }),
      await ripKeys('nurse-1', { call: { ranges: [[0, DUMPED_SECONDS + 20]] } }),
    ];
    for (const keys of again)
      for (const [index, { variant }] of leaker) expect(keys.get(index)?.variant).toBe(variant);
    const differing = [...leaker].filter(([index, { variant }]) => colleague.get(index)?.variant !== variant);
    expect(differing.length).toBeGreaterThan(10);
  }, 120_000);

  test('each segment comes in one variant only', () => {
    for (const keys of [leaker, colleague]) {
      expect(keys.get(0)?.variant).toBe(0);
      expect(new Set([...keys.values()].map(({ variant }) => variant))).toEqual(new Set([0, 1, 2]));
    }
  });

  describe.runIf(hasProgram('ffmpeg'))('what was dumped without the player', () => {
    test.each(['none', 'g711', 'opus-12'] as const)(
      'names its listener: attack %s',
      async attack => {
        const { forensic, track, candidates } = await material();
        if (!forensic) throw new Error('There is no mark.');
        const pattern = await CallPattern.of(forensic.seed, track, track.total - 1);
        const network = trainedNetwork();
        for (const [sub, keys] of [
          ['nurse-1', leaker],
          ['nurse-2', colleague],
        ] as const) {
          const copy = await ATTACKS[attack](decode(await dump(keys)));
          const view = viewForensic(copy.samples.slice(10 * RATE_HZ), copy.sampleRateHz, network);
          const [place] = searchCall(view, pattern, 1);
          const bits = segmentBits(view, pattern, place?.startSeconds ?? 0);
          const whole = bits.filter(({ chips }) => chips === 42 * 8);
          expect(whole.length).toBeGreaterThan(40);
          for (const { index, ratio } of whole) expect(ratio > 0 ? 1 : 2).toBe(keys.get(index)?.variant);
          const [first, second] = matchCodes(
            bits,
            candidates.map(({ code }) => code),
            { biases: forensic.biases },
          );
          expect(candidates[first?.candidate ?? -1]?.sub).toBe(sub);
          expect(first?.falsePositiveBound).toBeLessThan(1e-9);
          expect(second?.falsePositiveBound).toBeGreaterThan(1e-3);
        }
      },
      120_000,
    );
  });
});
