import { setImmediate } from 'node:timers/promises';
import { SecureCallError } from '@secure-call/protocol';
import {
  type ChipNetwork,
  FALSE_POSITIVE_BOUND,
  sumBits,
  trainedNetwork,
} from '@secure-call/watermark/detector';
import type { CallRow } from './sessions.ts';
import { earsOf, lengthOf, type TraceClip, windowsOf } from './trace-clip.ts';
import { type ReadPackaging, rankListeners } from './trace-listeners.ts';
import {
  materialOf,
  openTraceSources,
  readCalls,
  readSessions,
  type TraceOptions,
  type TraceSources,
  watermarkKeyOf,
} from './trace-material.ts';
import type { GiveWay } from './trace-place.ts';
import type {
  QuestionedSession,
  TraceReport,
  TracedClip,
  TracedListener,
  TracedSession,
} from './trace-report.ts';
import { countHypotheses, type PlacedClip, placeClip } from './trace-search.ts';
import { scoreSessions, standingOf } from './trace-sessions.ts';
import { summarise } from './trace-summary.ts';
import { openPackagings, type TracedPackaging } from './traced-packaging.ts';

/** What a trace runs with. */
export interface TraceDependencies extends TraceOptions {
  /** What reads the marks' chips. @default the trained one */
  readonly network?: ChipNetwork;
}

/** What is being done, and the share of it that is done, 0 to 1. */
export interface TraceProgress {
  readonly step: 'recording' | 'sessions';
  readonly share: number;
}

export interface TraceRequest {
  readonly tenant: string;
  /** The calls it may be; undefined: every one that the tenant ever registered, erased ones too. */
  readonly calls: readonly string[] | undefined;
  /** Copies by the same person, or pieces of one. */
  readonly clips: readonly TraceClip[];
  readonly onProgress?: (done: TraceProgress) => void;
  readonly signal?: AbortSignal;
}

/** Of listeners and of sessions, so many are reported; whoever is named always is. */
const REPORTED = 20;

/**
 * Whose copy is it? Finds the recording that clips come from, and ranks those who had keys of it by the copy's own mark, and
 * their sessions by the player's. Nobody is named whose false-positive bound is above 1e-9, over everything that was tried.
 * @throws {SecureCallError} `call_unknown` when the tenant has not all of `calls`; `key_invalid`; `aborted`
 */
export async function traceCopy(deps: TraceDependencies, request: TraceRequest): Promise<TraceReport> {
  const sources = await openTraceSources(deps);
  const rows = await readCalls(sources.store, request.tenant, request.calls);
  const { marked, unreadable } = await openPackagings(sources, rows);
  const tools = { network: deps.network ?? trainedNetwork(), giveWay: giveWayUntil(request.signal) };
  const placed = await placeClips(request, marked, tools);
  const read = await readPackagings(sources, placed);
  const listeners = rankListeners(read);
  const sessions = await questioned(
    sources,
    read.length > 0 ? read.map(({ packaging }) => packaging.row) : rows,
  );
  request.onProgress?.({ step: 'sessions', share: 0 });
  const watermarkKey = await watermarkKeyOf(sources, request.tenant);
  const scored = await scoreSessions(placed, sessions, { ...tools, watermarkKey });
  request.onProgress?.({ step: 'sessions', share: 1 });
  const report = reportOf(placed, listeners, judged(scored, listeners), {
    packagings: rows.length,
    unreadable,
    listeners: listeners.length,
    sessions: sessions.length,
  });
  return { ...report, summary: summarise(report) };
}

interface Tools {
  readonly network: ChipNetwork;
  readonly giveWay: GiveWay;
}

const giveWayUntil =
  (signal: AbortSignal | undefined): GiveWay =>
  async () => {
    await setImmediate();
    if (signal?.aborted)
      throw new SecureCallError('aborted', 'The search was stopped. Nothing was found out.');
  };

async function placeClips(
  { clips, onProgress }: TraceRequest,
  packagings: readonly TracedPackaging[],
  tools: Tools,
): Promise<PlacedClip[]> {
  const hypotheses = countHypotheses(clips, packagings);
  const placed: PlacedClip[] = [];
  for (const [place, clip] of clips.entries()) {
    const all = Math.max(1, earsOf(clip).length * windowsOf(clip, 'mix').length);
    let done = 0;
    const onWindow = (): void => {
      done += 1;
      onProgress?.({ step: 'recording', share: (place + Math.min(1, done / all)) / clips.length });
    };
    placed.push(await placeClip(clip, { packagings, ...tools, hypotheses, onWindow }));
  }
  onProgress?.({ step: 'recording', share: 1 });
  return placed;
}

/** What all clips together say of each packaging that one of them lies in, and who had it. */
async function readPackagings(
  sources: TraceSources,
  placed: readonly PlacedClip[],
): Promise<ReadPackaging[]> {
  const places = placed.flatMap(({ windows }) => windows.map(({ place }) => place));
  const packagings = new Set(places.map(({ packaging }) => packaging));
  return Promise.all(
    [...packagings].map(async packaging => ({
      packaging,
      bits: sumBits(places.filter(place => place.packaging === packaging).map(({ bits }) => bits)),
      material: await materialOf(sources, packaging.row),
    })),
  );
}

async function questioned(sources: TraceSources, rows: readonly CallRow[]): Promise<QuestionedSession[]> {
  const sessions: QuestionedSession[] = [];
  for (const row of rows)
    for (const { session } of await readSessions(sources.store, row)) {
      const { sid, iss, sub, watermark_id: watermarkId, started_at: startedAt } = session;
      sessions.push({ sid, iss, sub, watermarkId, startedAt, call: row.call, rev: row.rev });
    }
  return sessions;
}

function judged(
  scored: readonly Omit<TracedSession, 'standing' | 'named'>[],
  listeners: readonly TracedListener[],
): TracedSession[] {
  return scored.map(session => {
    const standing = standingOf(session, listeners);
    return { ...session, standing, named: standing === 'lead' || standing === 'confirms' };
  });
}

function reportOf(
  placed: readonly PlacedClip[],
  listeners: readonly TracedListener[],
  sessions: readonly TracedSession[],
  lookedAt: TraceReport['lookedAt'],
): Omit<TraceReport, 'summary'> {
  const clips = placed.map(describeClip);
  const [first] = clips
    .filter(({ call }) => call !== undefined)
    .sort((a, b) => b.markEvidenceNats - a.markEvidenceNats);
  return {
    found: listeners.some(({ named }) => named) || sessions.some(({ named }) => named),
    ...(first?.call === undefined || first.rev === undefined ? {} : { call: first.call, rev: first.rev }),
    clips,
    listeners: listeners.filter(({ named }, place) => named || place < REPORTED),
    sessions: sessions.filter(({ standing }, place) => standing !== 'none' || place < REPORTED),
    lookedAt,
  };
}

function describeClip({ clip, best, falsePositiveBound }: PlacedClip): TracedClip {
  const whole = { name: clip.name, seconds: lengthOf(clip) };
  const evidence = { markEvidenceNats: best?.place.evidenceNats ?? 0, falsePositiveBound };
  if (!best || falsePositiveBound > FALSE_POSITIVE_BOUND) return { ...whole, ...evidence };
  const { packaging, startSeconds, view } = best.place;
  const { speed, tempo } = view.distortion;
  const { call, rev } = packaging.row;
  return {
    ...whole,
    call,
    rev,
    fromSeconds: startSeconds - best.window.fromSeconds * speed * tempo,
    speed,
    tempo,
    ...evidence,
  };
}
