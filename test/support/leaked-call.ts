/** A real package, registered with a real key service, and copies of it as any of a thousand listeners would have them. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packRecording, type PackResult } from '@secure-call/packager';
import { concat, type KeyPair, type Variant } from '@secure-call/protocol';
import { type TraceClip, traceMaterial } from '@secure-call/server';
import { serviceOptions, TENANT } from '../unit/server/service-options.ts';
import { grantInput, type TestService } from '../unit/server/test-service.ts';
import { addListeners } from './many-listeners.ts';
import { openSegments } from './opened-package.ts';

export const COPY_HZ = 8000;

/** For each media segment 1 for variant A and -1 for B. */
export type Code = Int8Array;

export class LeakedCall {
  readonly pack: PackResult;
  /** Of every listener, by `sub`. */
  readonly codes: ReadonlyMap<string, Code>;
  readonly #folder: string;
  readonly #archive: KeyPair;

  private constructor(pack: PackResult, folder: string, archive: KeyPair, codes: ReadonlyMap<string, Code>) {
    this.pack = pack;
    this.codes = codes;
    this.#folder = folder;
    this.#archive = archive;
  }

  /** Packs and registers a recording; `listeners` people, "nurse-1" on, get leases for all of it. */
  static async make(service: TestService, recording: string, listeners: number): Promise<LeakedCall> {
    const folder = await mkdtemp(join(tmpdir(), 'leaked-'));
    const { archive, packager } = service.keys;
    const pack = await packRecording({
      recording,
      to: join(folder, 'storage'),
      tenant: TENANT,
      recipients: [archive.publicJwk],
      signer: packager.privateJwk,
    });
    const { status } = await service.register(pack.registration);
    if (status !== 201) throw new Error(`The registration was answered with ${status}.`);
    await listenAll(service, pack, listeners);
    const options = serviceOptions(service.keys, service.store);
    const [material] = await traceMaterial(options, { tenant: TENANT, call: pack.callId });
    const codes = new Map((material?.candidates ?? []).map(({ sub, code }) => [sub, code]));
    return new LeakedCall(pack, folder, archive, codes);
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true });
  }

  codeOf(sub: string): Code {
    const code = this.codes.get(sub);
    if (!code) throw new Error(`${sub} has not listened.`);
    return code;
  }

  /** What someone with these variants hears, both sides of the call in one. */
  async copy(code: Code): Promise<Float32Array<ArrayBuffer>> {
    const variantAt = (index: number): Variant => ((code[index - 1] ?? 1) > 0 ? 1 : 2);
    const mp4 = concat(...(await openSegments(this.pack, this.#archive, variantAt)));
    const args = `-v error -f mp4 -i pipe:0 -f f32le -ac 1 -ar ${COPY_HZ} pipe:1`.split(' ');
    const raw = execFileSync('ffmpeg', args, { input: mp4, maxBuffer: 2 ** 30 });
    return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  }
}

/** One session is opened as players do, and gets a lease for all of the call; the others' rows are like it but for the person. */
async function listenAll(
  service: TestService,
  { callId: call, packageId, registration, manifest }: PackResult,
  listeners: number,
): Promise<void> {
  const browser = await service.browser();
  const unused = new Uint8Array();
  const asCall = { call, rev: 1, packageId, callKey: unused, watermarkSeed: unused, registration };
  const { session: sid } = await browser.openSession(await service.grant(grantInput(asCall, browser)));
  const last = (manifest.tracks.find(({ name }) => name === 'audio')?.total ?? 1) - 1;
  const all = { first_index: 1, last_index: last, from_seconds: 0, to_seconds: 10_000 };
  await service.store.transaction(db =>
    db.updateTable('lease').set(all).where('sid', '=', sid).where('first_index', 'is not', null).execute(),
  );
  await addListeners(service.store, sid, listeners - 1);
}

/** Sound as a file of 16-bit samples, one channel. */
export function wavOf(samples: Float32Array): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + 2 * samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(COPY_HZ, 24);
  header.writeUInt32LE(2 * COPY_HZ, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(2 * samples.length, 40);
  const words = Int16Array.from(samples, sample => Math.max(-1, Math.min(1, sample)) * 32_767);
  return Buffer.concat([header, Buffer.from(words.buffer)]);
}

/** A piece of sound as a clip. */
export function clipOf(
  samples: Float32Array,
  fromSeconds = 0,
  seconds: number = Infinity,
  name = 'leak.wav',
): TraceClip {
  const end = Math.min(samples.length, (fromSeconds + seconds) * COPY_HZ);
  return { name, channels: [samples.slice(fromSeconds * COPY_HZ, end)], sampleRateHz: COPY_HZ };
}
