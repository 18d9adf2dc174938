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
import { eraseKeys, wasErased } from './call-erasure.ts';
import { raiseEpoch } from './epochs.ts';
import { readBody } from './request-body.ts';
import { type Officer, officerOf } from './role-check.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import { openSessions } from './session-scope.ts';
import { endSession, findCall, type SessionRow } from './sessions.ts';

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

/**
 * `DELETE /calls/{call}`: destroys the sealed keys of every packaging of a call and ends its sessions. The access record
 * stays. Asked again it makes sure that the erasure is kept outside the database too.
 */
export async function eraseCall(context: ServiceContext, request: Request, id: string): Promise<Response> {
  const { tenant, claims } = await officerOf(context, request, ['privacy']);
  const call = parse(callIdSchema, id, 'call id');
  const body = { by: claims.sub, name: claims.name };
  await context.commit(async tx => {
    if (!(await findCall(tx.db, tenant.id, call)) && !(await wasErased(tx.db, tenant.id, call)))
      throw new ServiceRefusal('call_unknown', 'There is no such recording.');
    await eraseKeys(tx, { tenant: tenant.id, call, actor: claims.sub, body });
  });
  await context.erasures?.keep(tenant.id, call).catch(() => {
    throw new ServiceRefusal(
      'audit_unavailable',
      'The recording is erased, but that could not be kept outside the database; ask again.',
    );
  });
  return new Response(null, { status: 204 });
}
