import {
  assertGrantUsable,
  audioTrack,
  authenticateGrant,
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
import { issueLease, permittedTracks } from './issue-lease.ts';
import { leaseOf, type LeaseRow } from './lease-keys.ts';
import { firstPermittedSecond } from './lease-window.ts';
import type { OpenedCall } from './opened-calls.ts';
import { findPace } from './pacing.ts';
import { readBody } from './request-body.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import type { TenantOptions } from './service-options.ts';
import { keyedHashText, sealForStore } from './service-secrets.ts';
import { type CallRow, findCall, refusalOfEnded, type SessionRow, subjectOf } from './sessions.ts';
import { allotWatermarkId, watermarkOf } from './watermarks.ts';

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
  const proven = await verifyProvenRequest(body, `${context.publicUrl}/sessions`);
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
  const claims = await authenticateGrant(grant, iss => context.tenants.issuerKeys(iss));
  const tenant = context.tenants.ofIssuer(claims.iss);
  if (!tenant) throw new ServiceRefusal('grant_invalid', 'The issuer of the grant is not known.');
  return { tenant, claims, grantSha256, proven, ecdh };
}

async function redeem(context: ServiceContext, redemption: Redemption): Promise<SessionAnswer> {
  const { claims, tenant, proven } = redemption;
  assertGrantUsable(claims, { audience: context.publicUrl, now: context.now() / 1000 });
  if (claims.cnf.jkt !== proven.jkt)
    throw new ServiceRefusal('proof_invalid', 'The grant was issued to another browser.');
  const call = await callOfGrant(context, tenant.id, claims);
  if (!call) throw new ServiceRefusal('call_unknown', 'There is no such recording.');
  const opened = await context.openedCalls.open(call, context.now());
  const prepared = await prepareSession(context, redemption, call);
  const { session, lease } = await context.commit(tx =>
    findOrOpen(tx, context, { ...redemption, prepared, opened }),
  );
  if (session.rev !== call.rev)
    throw new ServiceRefusal('audit_unavailable', 'The recording was packaged anew at this moment.');
  return sessionAnswer(context, { session, lease, call, opened });
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
): Promise<Omit<SessionRow, 'pace_id' | 'watermark_id' | 'started_at' | 'expires_at'>> {
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

interface SessionCase extends Redemption {
  readonly prepared: Awaited<ReturnType<typeof prepareSession>>;
  readonly opened: OpenedCall;
}

interface OpenSession {
  readonly session: SessionRow;
  readonly lease: LeaseRow;
}

async function findOrOpen(
  tx: ServiceTransaction,
  context: ServiceContext,
  found: SessionCase,
): Promise<OpenSession> {
  const before = await tx.db
    .selectFrom('session')
    .selectAll()
    .where('iss', '=', found.claims.iss)
    .where('grant_jti', '=', found.claims.jti)
    .executeTakeFirst();
  return before ? repeatSession(tx, found, before) : openSession(tx, context, found);
}

/** A lost answer does not burn a grant: the same browser with the same key gets the same session again. */
async function repeatSession(
  tx: ServiceTransaction,
  { grantSha256, ecdh }: SessionCase,
  session: SessionRow,
): Promise<OpenSession> {
  if (session.grant_sha256 !== grantSha256 || session.device_ecdh !== ecdh)
    throw new ServiceRefusal('grant_used', 'This permission has been used; ask for a new one.');
  const ended = await refusalOfEnded(tx, session);
  if (ended) throw ended;
  const lease = await tx.db
    .selectFrom('lease')
    .selectAll()
    .where('sid', '=', session.sid)
    .where('lease_seq', '=', 0)
    .executeTakeFirstOrThrow();
  return { session, lease };
}

async function openSession(
  tx: ServiceTransaction,
  context: ServiceContext,
  { claims, prepared, opened }: SessionCase,
): Promise<OpenSession> {
  const call = await findCall(tx.db, prepared.tenant, prepared.call, prepared.rev);
  if (!call?.jwe) throw new ServiceRefusal('call_erased', 'This recording has been erased.');
  const { tenant, iss, sub } = prepared;
  const session: SessionRow = {
    ...prepared,
    pace_id: await findPace(tx, { tenant, iss, sub, call: prepared.call }, context.policy),
    watermark_id: await allotWatermarkId(tx, tenant),
    started_at: tx.now,
    expires_at: tx.now + claims.call.maxSessionSeconds * 1000,
    unexplained_windows: permittedTracks(claims.call).includes('audio') ? 1 : 0,
  };
  await tx.db.insertInto('session').values(session).execute();
  await recordOpening(tx, session, claims);
  return { session, lease: await firstLease(tx, context, session, claims, opened) };
}

async function recordOpening(
  tx: ServiceTransaction,
  session: SessionRow,
  claims: GrantClaims,
): Promise<void> {
  const { iss, jti, name, role, acr, amr, auth_time, call } = claims;
  const { purpose, relation, ranges, tracks, unit, maxRate, maxSessionSeconds, breakGlass } = call;
  // Optional claims that are absent must not stand in the record as undefined, which JSON does not have.
  const optional = Object.entries({ acr, amr, auth_time, ranges, tracks });
  const body = {
    iss,
    jti,
    name,
    role,
    purpose,
    relation,
    unitName: unit.name,
    maxRate,
    maxSessionSeconds,
    ...Object.fromEntries(optional.filter(entry => entry[1] !== undefined)),
    rev: session.rev,
    jkt: session.jkt,
    watermarkId: session.watermark_id,
    emergency: breakGlass !== undefined,
  };
  await tx.audit.append(subjectOf(session), { type: 'grant.redeemed', body });
  if (breakGlass) await tx.audit.append(subjectOf(session), { type: 'breakGlass.started', body: breakGlass });
}

async function firstLease(
  tx: ServiceTransaction,
  { policy }: ServiceContext,
  session: SessionRow,
  { call }: GrantClaims,
  { manifest }: OpenedCall,
): Promise<LeaseRow> {
  const fromSeconds = firstPermittedSecond(audioTrack(manifest), call.ranges);
  if (fromSeconds === undefined)
    throw new ServiceRefusal('not_permitted', 'The permission does not cover any part of the recording.');
  const tracks = permittedTracks(call).includes('audio') ? (['audio'] as const) : [];
  const lease = await issueLease(tx, policy, { session, manifest }, { leaseSeq: 0, fromSeconds, tracks });
  if (lease instanceof ServiceRefusal) throw lease;
  return lease;
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
  return {
    session: parse(sessionIdSchema, session.sid, 'session'),
    policy: {
      windowSeconds,
      ahead,
      maxRate: Math.min(maxRate, claims.call.maxRate),
      expiresAt: session.expires_at,
      purpose: claims.call.purpose,
    },
    watermark: await watermarkOf(context, session, claims),
    media: { base: `${storageBase.replace(/\/+$/, '')}/${call.call}/${call.package_id}/` },
    tenant: session.tenant,
    call: parse(callIdSchema, session.call, 'call'),
    manifest: call.manifest,
    firstHashes: call.first_hashes,
    epk: session.epk,
    lease: await leaseOf(context, session, opened, lease),
    nonce: await context.nonces.issue(now),
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
  const body = { code, iss, jti, purpose: call.purpose };
  await context.commit(tx => tx.audit.append(subject, { type: 'grant.refused', body }));
}
