import { emptyPayloadSchema, parse, parseJson, sessionIdSchema } from '@secure-call/protocol';
import { checkProof, spendProof } from './proof-check.ts';
import { readBody } from './request-body.ts';
import type { ServiceContext } from './service-context.ts';
import { endSession, lockSession, refusalOfEnded, sessionOfProof } from './sessions.ts';

/** A proof of 8 KiB and an empty payload. */
export const MAX_EMPTY_BODY_BYTES: number = 16 * 1024;

/** `DELETE /sessions/{sid}`: the listener is done. Closing what has ended already changes nothing. */
export async function closeSession(context: ServiceContext, request: Request, id: string): Promise<Response> {
  const sid = parse(sessionIdSchema, id, 'session id');
  const body = await readBody(request, MAX_EMPTY_BODY_BYTES);
  const proof = await checkProof(context, body, `/sessions/${sid}`, 'DELETE');
  parseJson(emptyPayloadSchema, proof.payload, 'request');
  await sessionOfProof(context, sid, proof.jkt);
  await context.commitRows(async tx => {
    await spendProof(tx, proof);
    const session = await lockSession(tx, sid);
    if (!(await refusalOfEnded(tx, session))) await endSession(tx, session, 'closed', {});
  });
  return new Response(null, { status: 204 });
}
