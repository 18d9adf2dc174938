import {
  audioTrack,
  type AudioTrack,
  type Bytes,
  fromBase64url,
  type GrantClaims,
  type Manifest,
  parseManifest,
  type SealedKey,
  SecureCallError,
} from '@secure-call/protocol';
import type { ArchiveKeys } from './archive-keys.ts';
import { CodeBiases } from './code-biases.ts';
import { ListenerCode } from './listener-code.ts';
import type { CallServiceOptions } from './service-options.ts';
import { deriveServiceSecrets, keyedHash, serviceSecretOf, type ServiceSecrets } from './service-secrets.ts';
import { type CallRow, claimsOf, type SessionRow } from './sessions.ts';
import type { Store } from './store.ts';

/** What is needed to trace a copy of one packaging of a call. */
export interface TraceMaterial {
  readonly rev: number;
  /** How the sound is cut into segments: all that `ChipSource` needs besides the seed. */
  readonly track: AudioTrack;
  /** 32 bytes: key of the real-time watermark of the tenant. */
  readonly watermarkKey: Bytes;
  /** Undefined where the package has one variant: only the real-time mark can be in a copy. */
  readonly forensic: ForensicMaterial | undefined;
  /** Everyone who ever had a key of this packaging's sound. */
  readonly candidates: readonly TraceCandidate[];
}

/** The forensic mark of a packaging. */
export interface ForensicMaterial {
  /** 32 bytes, from which the chips come. */
  readonly seed: Bytes;
  /** For each media segment the probability of variant A; the first is segment 1. */
  readonly biases: Float64Array;
}

/** One person, over all sessions. */
export interface TraceCandidate {
  readonly iss: string;
  readonly sub: string;
  /** For each media segment 1 where this person gets variant A, -1 where B; the first is segment 1. Empty without variants. */
  readonly code: Int8Array;
  /** Oldest first. */
  readonly sessions: readonly TraceSession[];
}

/** One session, as it stands in the record. */
export interface TraceSession {
  readonly sid: string;
  /** 32 bits: what the real-time mark says. */
  readonly watermarkId: number;
  readonly name: string;
  readonly unit: { readonly id: string; readonly name: string };
  readonly purpose: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Media segments whose keys were released: first and last of each lease, in the order of leases. */
  readonly segments: readonly (readonly [number, number])[];
  /** The seconds of the recording that these are. */
  readonly seconds: readonly (readonly [number, number])[];
}

/** What the key service runs with and a trace needs. */
export type TraceOptions = Pick<CallServiceOptions, 'store' | 'archiveKeys' | 'serviceKey'>;

/**
 * Everything the key service knows that a trace of a call needs, also after the call was erased. It is secret: whoever has it
 * could take the marks out, or put someone else's in.
 * @returns one entry for each packaging, the newest first
 * @throws {SecureCallError} `call_unknown`; `key_invalid` when the service key is none; `registration_invalid` when no
 *   archive key opens a seed
 */
export async function traceMaterial(
  options: TraceOptions,
  subject: { readonly tenant: string; readonly call: string },
): Promise<readonly TraceMaterial[]> {
  const sources = await openTraceSources(options);
  const calls = await readCalls(sources.store, subject.tenant, [subject.call]);
  return Promise.all(calls.map(call => materialOf(sources, call)));
}

/** The record, and the keys that open what it holds. */
export interface TraceSources {
  readonly store: Store;
  readonly archiveKeys: ArchiveKeys;
  readonly secrets: ServiceSecrets;
}

/** @throws {SecureCallError} `key_invalid` when the service key is none */
export async function openTraceSources({
  store,
  archiveKeys,
  serviceKey,
}: TraceOptions): Promise<TraceSources> {
  return { store, archiveKeys, secrets: await deriveServiceSecrets(serviceSecretOf(serviceKey)) };
}

/**
 * The packagings of calls, erased ones too, the newest of each call first.
 * @param calls - undefined: all calls of the tenant
 * @throws {SecureCallError} `call_unknown` when the tenant has not all of `calls`
 */
export async function readCalls(
  store: Store,
  tenant: string,
  calls: readonly string[] | undefined,
): Promise<CallRow[]> {
  const rows = await store.read(db => {
    const all = db.selectFrom('call').selectAll().where('tenant', '=', tenant);
    const chosen = calls === undefined ? all : all.where('call', 'in', calls);
    return chosen.orderBy('call').orderBy('rev', 'desc').execute();
  });
  const known = new Set(rows.map(({ call }) => call));
  if (calls?.every(call => known.has(call)) === false)
    throw new SecureCallError('call_unknown', 'There is no such recording.');
  return rows;
}

export async function materialOf(sources: TraceSources, call: CallRow): Promise<TraceMaterial> {
  const manifest = parseManifest(fromBase64url(call.manifest));
  const track = audioTrack(manifest);
  return {
    rev: call.rev,
    track,
    watermarkKey: await watermarkKeyOf(sources, call.tenant),
    forensic: track.variants === 2 ? await forensicOf(sources, call, manifest) : undefined,
    candidates: await candidatesOf(sources, call, manifest),
  };
}

/** Key of the real-time watermark of a tenant, 32 bytes. */
export const watermarkKeyOf = ({ secrets }: TraceSources, tenant: string): Promise<Bytes> =>
  keyedHash(secrets.watermark, tenant);

/** Seed of a packaging's forensic mark, 32 bytes. @throws {SecureCallError} `registration_invalid` when no archive key opens it */
export function seedOf(
  { archiveKeys }: TraceSources,
  { seed_jwe: seedJwe, manifest_sha256: manifestSha256 }: CallRow,
  { tenant, call, rev }: Manifest,
): Promise<Bytes> {
  return archiveKeys.open(JSON.parse(seedJwe) as SealedKey, { tenant, call, rev, manifestSha256 });
}

async function forensicOf(
  sources: TraceSources,
  call: CallRow,
  manifest: Manifest,
): Promise<ForensicMaterial> {
  const biases = new CodeBiases(sources.secrets.code, manifest);
  return {
    seed: await seedOf(sources, call, manifest),
    biases: Float64Array.from(await Promise.all(indexes(manifest).map(index => biases.at(index)))),
  };
}

async function candidatesOf(
  { store, secrets }: TraceSources,
  call: CallRow,
  manifest: Manifest,
): Promise<TraceCandidate[]> {
  const people = new Map<
    string,
    { readonly iss: string; readonly sub: string; readonly sessions: TraceSession[] }
  >();
  for (const { session, segments, seconds } of await readSessions(store, call)) {
    const { iss, sub } = session;
    const name = JSON.stringify([iss, sub]);
    const person = people.get(name) ?? { iss, sub, sessions: [] };
    people.set(name, person);
    person.sessions.push({ ...describe(session), segments, seconds });
  }
  const candidates = [...people.values()].map(async ({ iss, sub, sessions }) => {
    const code = await codeOf(new ListenerCode(secrets.code, manifest, { iss, sub }), manifest);
    return { iss, sub, code, sessions };
  });
  return Promise.all(candidates);
}

async function codeOf(code: ListenerCode, manifest: Manifest): Promise<Int8Array> {
  if (audioTrack(manifest).variants !== 2) return new Int8Array();
  const variants = await Promise.all(indexes(manifest).map(index => code.variantAt(index)));
  return Int8Array.from(variants, variant => (variant === 1 ? 1 : -1));
}

/** Of the media segments. */
const indexes = (manifest: Manifest): number[] =>
  Array.from({ length: audioTrack(manifest).total - 1 }, (_, place) => place + 1);

function describe(session: SessionRow): Omit<TraceSession, 'segments' | 'seconds'> {
  const { name, call }: GrantClaims = claimsOf(session);
  return {
    sid: session.sid,
    watermarkId: session.watermark_id,
    name,
    unit: call.unit,
    purpose: call.purpose,
    startedAt: session.started_at,
  };
}

export interface LeasedSession extends Pick<TraceSession, 'segments' | 'seconds'> {
  readonly session: SessionRow;
}

/** The sessions that had a key of the sound. */
export function readSessions(store: Store, { tenant, call, rev }: CallRow): Promise<LeasedSession[]> {
  return store.read(async db => {
    const sessions = await db
      .selectFrom('session')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('call', '=', call)
      .where('rev', '=', rev)
      .orderBy('started_at')
      .orderBy('sid')
      .execute();
    const found: LeasedSession[] = [];
    for (const session of sessions) {
      const leases = await db
        .selectFrom('lease')
        .selectAll()
        .where('sid', '=', session.sid)
        .where('first_index', 'is not', null)
        .orderBy('lease_seq')
        .execute();
      if (leases.length === 0) continue;
      found.push({
        session,
        segments: leases.map(({ first_index: first, last_index: last }) => [first ?? 0, last ?? 0] as const),
        seconds: leases.map(({ from_seconds: from, to_seconds: to }) => [from, to] as const),
      });
    }
    return found;
  });
}
