import { callIdSchema, parse, ServiceRefusal } from '@secure-call/protocol';
import * as v from 'valibot';
import { type Access, accessesOf, type OpeningQuery, openings } from './accesses.ts';
import { json } from './answers.ts';
import { recordReading } from './log-reading.ts';
import { recordOrderSchema } from './record-order.ts';
import { officerOf } from './role-check.ts';
import type { ServiceContext } from './service-context.ts';
import { keyedHashText } from './service-secrets.ts';
import { findCall } from './sessions.ts';

const PAGE_ACCESSES = 100;

const querySchema = v.strictObject({
  /** Only accesses before this one, by its `n`. */
  before: v.exactOptional(recordOrderSchema),
});
type AccessQuery = v.InferOutput<typeof querySchema>;

/** `GET /calls/{call}/accesses`: who opened a call or was refused it, newest first. */
export async function getCallAccesses(
  context: ServiceContext,
  request: Request,
  id: string,
): Promise<Response> {
  const officer = await officerOf(context, request, ['auditor', 'privacy']);
  const call = parse(callIdSchema, id, 'call id');
  const { asked, query } = queryOf(request);
  const tenant = officer.tenant.id;
  if (!(await context.store.read(db => findCall(db, tenant, call))))
    throw new ServiceRefusal('call_unknown', 'There is no such recording.');
  await recordReading(context, officer, { view: 'accesses', query: asked, about: { call } });
  const page = await readPage(context, tenant, query, all => all.where('call', '=', call));
  return json(200, page);
}

/**
 * `GET /patients/me/accesses`: who opened any call of the patient that the role token names. A patient sees who, in which unit
 * and role, when and why (HSLF-FS 2016:40 chapter 4 section 10), and nothing that listeners wrote for their own use.
 */
export async function getOwnAccesses(context: ServiceContext, request: Request): Promise<Response> {
  const officer = await officerOf(context, request, ['patient']);
  const { asked, query } = queryOf(request);
  const tenant = officer.tenant.id;
  const patient = await keyedHashText(context.secrets.patient, tenant, officer.claims.patient);
  await recordReading(context, officer, { view: 'accesses', query: asked, about: { patient } });
  const page = await readPage(context, tenant, query, all => all.where('patient', '=', patient));
  return json(200, { ...page, accesses: page.accesses.map(forPatient) });
}

function queryOf(request: Request): { asked: Record<string, string>; query: AccessQuery } {
  const asked = Object.fromEntries(new URL(request.url).searchParams);
  return { asked, query: parse(querySchema, asked, 'query') };
}

interface AccessPage {
  readonly accesses: readonly Access[];
  /** `before` of the next page; absent on the last. */
  readonly next?: number;
}

function readPage(
  context: ServiceContext,
  tenant: string,
  { before }: AccessQuery,
  narrow: (all: OpeningQuery) => OpeningQuery,
): Promise<AccessPage> {
  return context.store.read(async db => {
    let query = narrow(openings(db, tenant));
    if (before !== undefined) query = query.where('store_order', '<', before);
    const rows = await query.limit(PAGE_ACCESSES + 1).execute();
    const accesses = await accessesOf(db, tenant, rows.slice(0, PAGE_ACCESSES), context.now());
    const last = rows.length > PAGE_ACCESSES ? accesses.at(-1) : undefined;
    return { accesses, ...(last ? { next: last.n } : {}) };
  });
}

function forPatient({ call, startedAt, endedAt, name, role, unit, purpose, emergency, ...access }: Access) {
  const { unlockedSeconds, heardSeconds, heard, tracks, refusals } = access;
  const who = { name, role, unit: unit.name };
  const howMuch = {
    unlockedSeconds,
    heardSeconds,
    heard,
    tracks,
    refusals,
    refused: access.refused !== null,
  };
  return { call, startedAt, endedAt, ...who, purpose, emergency, ...howMuch };
}
