import {
  audioTrack,
  type AudioTrack,
  fromBase64url,
  parseManifest,
  SecureCallError,
} from '@secure-call/protocol';
import { CallPattern } from '@secure-call/watermark/detector';
import type { CallRow } from './sessions.ts';
import { seedOf, type TraceSources } from './trace-material.ts';

/** Patterns that are kept, in segments of all calls together: 60,000 are some 120 MB, and 33 hours. */
const KEPT_SEGMENTS = 60_000;

/** One packaging of a call whose mark may be in a copy. */
export interface TracedPackaging {
  readonly row: CallRow;
  readonly track: AudioTrack;
  /** Its chips. */
  readonly pattern: () => Promise<CallPattern>;
}

export interface OpenedPackagings {
  /** Those that carry a forensic mark. */
  readonly marked: readonly TracedPackaging[];
  /** How many of those that should cannot be searched, as no archive key opens their seed. */
  readonly unreadable: number;
}

/** Opens the seeds of packagings. One that cannot be opened does not keep the others from being searched. */
export async function openPackagings(
  sources: TraceSources,
  rows: readonly CallRow[],
): Promise<OpenedPackagings> {
  const marked: TracedPackaging[] = [];
  let unreadable = 0;
  let kept = 0;
  for (const row of rows) {
    const manifest = parseManifest(fromBase64url(row.manifest));
    const track = audioTrack(manifest);
    if (track.variants !== 2) continue;
    const seed = await seedOf(sources, row, manifest).catch(ifUnopened);
    if (!seed) {
      unreadable += 1;
      continue;
    }
    const segments = track.total - 1;
    const make = (): Promise<CallPattern> => CallPattern.of(seed, track, segments);
    const keep = kept + segments <= KEPT_SEGMENTS;
    if (keep) kept += segments;
    marked.push({ row, track, pattern: keep ? once(make) : make });
  }
  return { marked, unreadable };
}

function ifUnopened(cause: unknown): undefined {
  if (cause instanceof SecureCallError && cause.code === 'registration_invalid') return undefined;
  throw cause;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
