import {
  consistencyPath,
  inclusionPath,
  parse,
  type ReadNode,
  ServiceRefusal,
  toBase64url,
} from '@secure-call/protocol';
import * as v from 'valibot';
import { json } from './answers.ts';
import { type CheckpointRow, latestCheckpoint, nodesOf } from './audit-tree.ts';
import { officerOf } from './role-check.ts';
import type { ServiceContext } from './service-context.ts';

const numberSchema = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), v.number());

const querySchema = v.union([
  /** Number of a record: shows that the latest checkpoint covers it. */
  v.strictObject({ n: numberSchema }),
  /** Size of an older checkpoint: shows that the latest one goes on from it. */
  v.strictObject({ from: numberSchema }),
]);

/** `GET /audit/checkpoint`: the latest one of the tenant, as it was signed. */
export async function getCheckpoint(context: ServiceContext, request: Request): Promise<Response> {
  const { note } = await officersCheckpoint(context, request);
  return new Response(note, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

/** `GET /audit/proof`: the hashes that lead from a record, or from an older head, to the head of the latest checkpoint. */
export async function getProof(context: ServiceContext, request: Request): Promise<Response> {
  const { tenant, size, note } = await officersCheckpoint(context, request);
  const query = parse(querySchema, Object.fromEntries(new URL(request.url).searchParams), 'query');
  const place = 'n' in query ? query.n + 1 : query.from;
  if (place > size) throw new ServiceRefusal('not_found', 'The latest checkpoint does not go so far.');
  const path = await context.store.read(db => pathOf(nodesOf(db, tenant), query, size));
  return json(200, { ...query, path: path.map(toBase64url), checkpoint: note });
}

const pathOf = (read: ReadNode, query: v.InferOutput<typeof querySchema>, size: number) =>
  'n' in query ? inclusionPath(read, query.n, size) : consistencyPath(read, query.from, size);

async function officersCheckpoint(context: ServiceContext, request: Request): Promise<CheckpointRow> {
  const { tenant } = await officerOf(context, request, ['auditor', 'privacy']);
  const latest = await context.store.read(db => latestCheckpoint(db, tenant.id));
  if (!latest) throw new ServiceRefusal('not_found', 'There is no checkpoint yet.');
  return latest;
}
