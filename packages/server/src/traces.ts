import { callIdSchema, parse, SecureCallError, ServiceRefusal, sha256Base64url } from '@secure-call/protocol';
import * as v from 'valibot';
import { json } from './answers.ts';
import { tenantSubject } from './audit-writer.ts';
import { readBytes } from './request-body.ts';
import { type Officer, officerOf } from './role-check.ts';
import type { ServiceContext } from './service-context.ts';
import { traceCopy } from './trace-copy.ts';
import type { TraceReport } from './trace-report.ts';

const querySchema = v.strictObject({ call: v.exactOptional(callIdSchema) });

/** Busy services ask to come back after this. */
const RETRY_SECONDS = 30;

/** A service searches one copy at a time: it costs seconds of a core, and keys for listeners come first. */
const searching = new WeakSet<ServiceContext>();

/**
 * `POST /traces`: the body is a file with leaked sound, the answer who had that copy. Nobody reads the answer unless it is in the
 * record who asked and who was named.
 */
export async function postTrace(context: ServiceContext, request: Request): Promise<Response> {
  const officer = await officerOf(context, request, ['auditor', 'privacy']);
  const { call } = parse(querySchema, Object.fromEntries(new URL(request.url).searchParams), 'query');
  if (!context.decodeRecording)
    throw new ServiceRefusal('trace_unavailable', 'This service cannot decode recordings.');
  const bytes = await readBytes(request, context.maxTraceBytes);
  if (searching.has(context))
    throw new ServiceRefusal('rate_limited', 'Another copy is being searched.', {
      retryAfterSeconds: RETRY_SECONDS,
    });
  searching.add(context);
  try {
    const report = await search(context, request, officer, { bytes, call });
    await recordTrace(context, officer, { call, sha256: await sha256Base64url(bytes), report });
    return json(200, report);
  } finally {
    searching.delete(context);
  }
}

async function search(
  context: ServiceContext,
  request: Request,
  { tenant }: Officer,
  { bytes, call }: { readonly bytes: Uint8Array; readonly call: string | undefined },
): Promise<TraceReport> {
  const signal = AbortSignal.any([request.signal, context.signal]);
  const sound = await context.decodeRecording?.(bytes, signal).catch(refuseUnreadable);
  const clips = sound ? [{ name: 'upload', ...sound }] : [];
  return traceCopy(
    { ...context, serviceKey: context.serviceKeys.serviceKey },
    { tenant: tenant.id, calls: call === undefined ? call : [call], clips, signal },
  );
}

function refuseUnreadable(cause: unknown): never {
  if (cause instanceof SecureCallError && cause.code.startsWith('recording_'))
    throw new ServiceRefusal('request_invalid', cause.message);
  throw cause;
}

interface TraceRecord {
  readonly call: string | undefined;
  readonly sha256: string;
  readonly report: TraceReport;
}

async function recordTrace(
  context: ServiceContext,
  { tenant, claims }: Officer,
  { call, sha256, report }: TraceRecord,
): Promise<void> {
  const subject = tenantSubject(tenant.id, { actor: claims.sub, call: report.call ?? call ?? null });
  const body = {
    name: claims.name,
    role: claims.role,
    query: call === undefined ? {} : { call },
    sha256,
    seconds: report.clips.reduce((sum, { seconds }) => sum + seconds, 0),
    listeners: report.listeners.filter(({ named }) => named).map(({ iss, sub }) => ({ iss, sub })),
    sessions: report.sessions
      .filter(({ standing }) => standing !== 'none')
      .map(({ sid, standing }) => ({ sid, standing })),
  };
  await context.commit(tx => tx.audit.append(subject, { type: 'trace.done', body }));
}
