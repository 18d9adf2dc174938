import {
  createSessionId,
  generateEcdhKey,
  type GrantClaims,
  parse,
  parseJson,
  type ProvenRequest,
  SecureCallError,
  ServiceRefusal,
  type SessionAnswer,
  type SessionRequest,
  sessionIdSchema,
  sessionRequestSchema,
  sha256Base64url,
  callIdSchema,
  verifyProvenRequest,
} from '@secure-call/protocol';
import { json } from './answers.ts';
import { tenantSubject } from './audit-writer.ts';
import { wasErased } from './call-erasure.ts';
import { findOrOpen, grantFacts, type OpenSession, type PreparedSession } from './grant-redemption.ts';
import { assertUsable, authenticate } from './grant-refusal.ts';
import { leaseOf } from './lease-keys.ts';
import type { OpenedCall } from './opened-calls.ts';
import { readBody } from './request-body.ts';
import type { ServiceContext } from './service-context.ts';
import type { TenantOptions } from './service-options.ts';
import { keyedHashText, sealForStore } from './service-secrets.ts';
import { type CallRow, findCall } from './sessions.ts';
import { watermarkOf } from './watermarks.ts';

/** A grant and a proof of 8 KiB each, and the rest. */
const MAX_SESSION_BODY_BYTES = 32 * 1024;

/** A grant whose issuer is known, and the request that brought it. */
interface Redemption {
  readonly tenant: TenantOptions;
  readonly claims: GrantClaims;
  readonly grantSha256: string;
  readonly proven: ProvenRequest;
  readonly ecdh: string;
}

/** `POST /sessions`: redeems a grant and releases the keys of the first window. */
export async function postSession(context: ServiceContext, request: Request): Promise<Response> {
  const body = await readBody(request, MAX_SESSION_BODY_BYTES);
  const { primitives } = context;
  const proven = await verifyProvenRequest(body, `${context.publicUrl}/sessions`, 'POST', primitives);
  const asked = parseJson(sessionRequestSchema, proven.payload, 'session request');
  const redemption = await authenticRedemption(context, proven, asked);
  try {
    return json(201, await redeem(context, redemption));
  } catch (cause) {
    if (cause instanceof SecureCallError && cause.code !== 'audit_unavailable')
      await recordRefusedGrant(context, redemption, cause.code);
    throw cause;
  }
}

async function authenticRedemption(
  context: ServiceContext,
  proven: ProvenRequest,
  { grant, ecdh }: SessionRequest,
): Promise<Redemption> {
  const grantSha256 = await sha256Base64url(grant);
  if (proven.ath !== grantSha256)
    throw new ServiceRefusal('proof_invalid', 'The proof was made for another grant.');
  const claims = await authenticate(context, grant);
  const tenant = context.tenants.ofIssuer(claims.iss);
  if (!tenant) throw new ServiceRefusal('grant_invalid', 'The issuer of the grant is not known.');
  return { tenant, claims, grantSha256, proven, ecdh };
}

async function redeem(context: ServiceContext, redemption: Redemption): Promise<SessionAnswer> {
  const { claims, tenant, proven } = redemption;
  assertUsable(context, claims);
  if (claims.cnf.jkt !== proven.jkt)
    throw new ServiceRefusal('proof_invalid', 'The grant was issued to another browser.');
  const call = await callOfGrant(context, tenant.id, claims);
  if (!call) throw await refusalOfMissing(context, tenant.id, claims.call.id);
  const [opened, prepared] = await Promise.all([
    context.openedCalls.open(call, () => Promise.resolve(call), context.now()),
    prepareSession(context, redemption, call),
  ]);
  if (!opened) throw new ServiceRefusal('call_erased', 'This recording has been erased.');
  const { session, lease } = await context.commitRows(tx =>
    findOrOpen(tx, context, { claims, prepared, opened }),
  );
  if (session.rev !== call.rev)
    throw new ServiceRefusal('audit_unavailable', 'The recording was packaged anew at this moment.');
  return sessionAnswer(context, { session, lease, call, opened });
}

/** A back-up that was put back may be older than a call that was erased since. */
async function refusalOfMissing(
  { store }: ServiceContext,
  tenant: string,
  call: string,
): Promise<ServiceRefusal> {
  return (await store.read(db => wasErased(db, tenant, call)))
    ? new ServiceRefusal('call_erased', 'This recording has been erased.')
    : new ServiceRefusal('call_unknown', 'There is no such recording.');
}

/** The packaging that a grant opens: the one it opened before, the one it names, or the current one. */
function callOfGrant(
  { store }: ServiceContext,
  tenant: string,
  { iss, jti, call }: GrantClaims,
): Promise<CallRow | undefined> {
  return store.read(async db => {
    const sessions = db.selectFrom('session').select('rev').where('iss', '=', iss);
    const before = await sessions.where('grant_jti', '=', jti).executeTakeFirst();
    return findCall(db, tenant, call.id, before?.rev ?? call.rev);
  });
}

/** Everything of a new session that costs time, before the database is locked. */
async function prepareSession(
  context: ServiceContext,
  { tenant, claims, grantSha256, proven, ecdh }: Redemption,
  { call, rev }: CallRow,
): Promise<PreparedSession> {
  const sid = createSessionId();
  const epk = await generateEcdhKey(true);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', epk.privateKey));
  return {
    sid,
    tenant: tenant.id,
    iss: claims.iss,
    sub: claims.sub,
    call,
    rev,
    unit: claims.call.unit.id,
    patient: await keyedHashText(context.secrets.patient, tenant.id, claims.call.patient),
    claims: JSON.stringify(claims),
    grant_jti: claims.jti,
    grant_sha256: grantSha256,
    jkt: proven.jkt,
    device_jwk: JSON.stringify(proven.publicJwk),
    device_ecdh: ecdh,
    epk: epk.publicPoint,
    epk_sealed: await sealForStore(context.secrets.sealing, sid, pkcs8),
    ended_at: null,
    ended_why: null,
    last_event_seq: 0,
    last_event_sha256: '',
    gap_recorded_seq: 0,
    unexplained_windows: 0,
  };
}

interface AnswerParts extends OpenSession {
  readonly call: CallRow;
  readonly opened: OpenedCall;
}

async function sessionAnswer(
  context: ServiceContext,
  { session, lease, call, opened }: AnswerParts,
): Promise<SessionAnswer> {
  const claims = JSON.parse(session.claims) as GrantClaims;
  const { windowSeconds, ahead, maxRate } = context.policy;
  const storageBase = context.tenants.find(session.tenant)?.storageBase ?? '';
  const now = context.now();
  const [watermark, released] = await Promise.all([
    watermarkOf(context, session, claims),
    leaseOf(context.policy, context.knownSessions.take(session, now), opened, lease),
  ]);
  return {
    session: parse(sessionIdSchema, session.sid, 'session'),
    policy: {
      windowSeconds,
      ahead,
      maxRate: Math.min(maxRate, claims.call.maxRate),
      expiresAt: session.expires_at,
      purpose: claims.call.purpose,
      ...(claims.call.ranges ? { ranges: claims.call.ranges } : {}),
    },
    watermark,
    media: { base: `${storageBase.replace(/\/+$/, '')}/${call.call}/${call.package_id}/` },
    tenant: session.tenant,
    call: parse(callIdSchema, session.call, 'call'),
    manifest: call.manifest,
    firstHashes: call.first_hashes,
    epk: session.epk,
    lease: released,
    nonce: context.nonces.issue(now),
    serverTime: now,
  };
}

/** An authentic grant that is refused stands in the record of the tenant that its issuer belongs to. */
async function recordRefusedGrant(
  context: ServiceContext,
  { tenant, claims }: Redemption,
  code: SecureCallError['code'],
): Promise<void> {
  const { iss, jti, sub, call } = claims;
  if (!context.limiter.admit(JSON.stringify(['grant', iss, jti]), context.now())) return;
  const patient = await keyedHashText(context.secrets.patient, tenant.id, call.patient);
  const subject = tenantSubject(tenant.id, { actor: sub, unit: call.unit.id, patient, call: call.id });
  const body = { code, ...grantFacts(claims) };
  const content = { type: 'grant.refused', body } as const;
  await context.commit(tx => context.limiter.record(tx, { subject, content, alike: ['iss', 'jti'] }));
}
