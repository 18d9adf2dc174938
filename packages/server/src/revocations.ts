import {
  callIdSchema,
  nameSchema,
  parse,
  parseJson,
  ServiceRefusal,
  sessionIdSchema,
} from '@secure-call/protocol';
import * as v from 'valibot';
import { json } from './answers.ts';
import { tenantSubject } from './audit-writer.ts';
import { raiseEpoch } from './epochs.ts';
import { readBody } from './request-body.ts';
import { type Officer, officerOf } from './role-check.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import { endSession, type SessionRow } from './sessions.ts';

const MAX_REVOCATION_BODY_BYTES = 8 * 1024;

const reason = v.exactOptional(v.pipe(v.string(), v.maxLength(1024)));
const revocationSchema = v.union([
  v.strictObject({ session: sessionIdSchema, reason }),
  v.strictObject({ person: nameSchema, reason }),
  v.strictObject({ call: callIdSchema, reason }),
  v.strictObject({ unit: nameSchema, reason }),
]);
const SCOPES = ['session', 'person', 'call', 'unit'] as const;
type Revocation = v.InferOutput<typeof revocationSchema>;

/** `POST /revocations`: ends the open sessions of a session id, a person, a call or a unit. */
export async function postRevocation(context: ServiceContext, request: Request): Promise<Response> {
  const officer = await officerOf(context, request, ['privacy']);
  const body = await readBody(request, MAX_REVOCATION_BODY_BYTES);
  const revocation = parseRevocation(body);
  const ended = await context.commit(tx => revoke(tx, officer, revocation));
  return json(200, { revoked: ended.length });
}

function parseRevocation(body: string): Revocation {
  const members = parseJson(v.looseObject({}), body, 'revocation');
  if (SCOPES.filter(name => name in members).length !== 1)
    throw new ServiceRefusal('request_invalid', `Name one of ${SCOPES.join(', ')}.`);
  return parse(revocationSchema, members, 'revocation');
}

async function revoke(
  tx: ServiceTransaction,
  { tenant, claims }: Officer,
  revocation: Revocation,
): Promise<SessionRow[]> {
  const { reason, ...scope } = revocation;
  const sessions = await openSessions(tx, tenant.id, scope);
  const by = { by: claims.sub, name: claims.name, scope: Object.keys(scope)[0] ?? '' };
  const body = reason === undefined ? by : { ...by, reason };
  for (const session of sessions) await endSession(tx, session, 'revoked', body);
  if (sessions.length > 0) await raiseEpoch(tx, tenant.id);
  return sessions;
}

interface Scope {
  readonly session?: string;
  readonly person?: string;
  readonly call?: string;
  readonly unit?: string;
}

function openSessions(
  tx: ServiceTransaction,
  tenant: string,
  { session, person, call, unit }: Scope,
): Promise<SessionRow[]> {
  let query = tx.db
    .selectFrom('session')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', tx.now);
  if (session !== undefined) query = query.where('sid', '=', session);
  if (person !== undefined) query = query.where('sub', '=', person);
  if (call !== undefined) query = query.where('call', '=', call);
  if (unit !== undefined) query = query.where('unit', '=', unit);
  return query.forNoKeyUpdate().execute();
}

/**
 * `DELETE /calls/{call}`: destroys the sealed keys of every packaging of a call and ends its sessions. The access record
 * stays.
 */
export async function eraseCall(context: ServiceContext, request: Request, id: string): Promise<Response> {
  const officer = await officerOf(context, request, ['privacy']);
  const call = parse(callIdSchema, id, 'call id');
  await context.commit(tx => erase(tx, officer, call));
  context.openedCalls.forget(officer.tenant.id, call);
  return new Response(null, { status: 204 });
}

async function erase(tx: ServiceTransaction, { tenant, claims }: Officer, call: string): Promise<void> {
  const { numUpdatedRows } = await tx.db
    .updateTable('call')
    .set({ jwe: null })
    .where('tenant', '=', tenant.id)
    .where('call', '=', call)
    .where('jwe', 'is not', null)
    .executeTakeFirstOrThrow();
  const by = { by: claims.sub, name: claims.name };
  const sessions = await openSessions(tx, tenant.id, { call });
  for (const session of sessions) await endSession(tx, session, 'erased', { ...by, scope: 'erasure' });
  if (sessions.length > 0) await raiseEpoch(tx, tenant.id);
  if (numUpdatedRows > 0n)
    await tx.audit.append(tenantSubject(tenant.id, { actor: claims.sub, call }), {
      type: 'call.erased',
      body: by,
    });
}
