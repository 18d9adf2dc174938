import type { Kysely } from 'kysely';
import { OPENING_COLUMNS } from './accesses.ts';
import { json } from './answers.ts';
import { eventsOf, type ShownRow } from './fhir-events.ts';
import { type FhirQuery, parseFhirQuery } from './fhir-query.ts';
import type { AuditEvent, AuditEventBundle } from './fhir-types.ts';
import { recordReading } from './log-reading.ts';
import { officerOf } from './role-check.ts';
import type { Schema } from './schema.ts';
import type { ServiceContext } from './service-context.ts';
import { keyedHashText } from './service-secrets.ts';

/** Records that an AuditEvent is made of. */
const SHOWN = ['grant.redeemed', 'grant.refused', 'breakGlass.started', 'log.read'] as const;

/** What is searched for, with the patient as the record has them. */
type RecordQuery = Omit<FhirQuery, 'patient'> & { readonly patient: string | undefined };

/** `GET /fhir/AuditEvent`: a FHIR R4 search set, newest first. The reading is on record before it is answered. */
export async function searchAuditEvents(context: ServiceContext, request: Request): Promise<Response> {
  const officer = await officerOf(context, request, ['auditor', 'privacy']);
  const { searchParams } = new URL(request.url);
  const query = parseFhirQuery(searchParams);
  const tenant = officer.tenant.id;
  const { patient: pseudonym, entity: call } = query;
  const patient =
    pseudonym === undefined ? undefined : await keyedHashText(context.secrets.patient, tenant, pseudonym);
  const about = { ...(call === undefined ? {} : { call }), ...(patient === undefined ? {} : { patient }) };
  await recordReading(context, officer, { view: 'fhir', query: withoutPseudonym(searchParams), about });
  const bundle = await context.store.read(async db => {
    const rows = await find(db, tenant, { ...query, patient });
    const page = rows.slice(0, query._count);
    const source = { publicUrl: context.publicUrl, now: context.now() };
    const events = await eventsOf(db, source, tenant, page);
    return bundleOf(
      context,
      searchParams,
      events.map(({ event }) => event),
      rows.length > page.length ? page.at(-1) : undefined,
    );
  });
  return json(200, bundle, 'application/fhir+json');
}

/** The patient stands beside the query under a keyed hash. */
function withoutPseudonym(parameters: URLSearchParams): Record<string, string> {
  const { patient: _pseudonym, date: _date, ...rest } = Object.fromEntries(parameters);
  const dates = parameters.getAll('date');
  return dates.length === 0 ? rest : { ...rest, date: dates.join(',') };
}

function find(
  db: Kysely<Schema>,
  tenant: string,
  { patient, entity, agent, dates, _count, _cursor }: RecordQuery,
): Promise<ShownRow[]> {
  let query = db
    .selectFrom('audit')
    .select([...OPENING_COLUMNS, 'type'])
    .where('tenant', '=', tenant)
    .where('type', 'in', SHOWN)
    // Of what retention has deleted no event can be made.
    .where('body', 'is not', null);
  if (patient !== undefined) query = query.where('patient', '=', patient);
  if (entity !== undefined) query = query.where('call', '=', entity);
  if (agent !== undefined) query = query.where('actor', '=', agent);
  if (_cursor !== undefined) query = query.where('store_order', '<', _cursor);
  for (const { operator, time } of dates) query = query.where('received_at', operator, time);
  return query
    .orderBy('store_order', 'desc')
    .limit(_count + 1)
    .execute();
}

function bundleOf(
  { publicUrl }: ServiceContext,
  parameters: URLSearchParams,
  events: readonly AuditEvent[],
  last: ShownRow | undefined,
): AuditEventBundle {
  const base = `${publicUrl}/fhir/AuditEvent`;
  const next = new URLSearchParams(parameters);
  if (last) next.set('_cursor', String(last.store_order));
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    link: [
      { relation: 'self', url: `${base}?${parameters}` },
      ...(last ? [{ relation: 'next', url: `${base}?${next}` } as const] : []),
    ],
    entry: events.map(resource => ({
      fullUrl: `${base}/${resource.id}`,
      resource,
      search: { mode: 'match' },
    })),
  };
}
