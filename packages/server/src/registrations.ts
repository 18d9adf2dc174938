import {
  type Bytes,
  claimedTenant,
  importCallKey,
  SecureCallError,
  ServiceRefusal,
  type VerifiedRegistration,
  verifyRegistration,
  MAX_REGISTRATION_BYTES,
  recipientIds,
  type SealedKey,
} from '@secure-call/protocol';
import { decodeProtectedHeader } from 'jose';
import { json } from './answers.ts';
import { tenantSubject } from './audit-writer.ts';
import type { ArchiveKeys } from './archive-keys.ts';
import { wasErased } from './call-erasure.ts';
import { readBody } from './request-body.ts';
import { sealAnew } from './reseal.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import type { TenantOptions } from './service-options.ts';
import { findCall } from './sessions.ts';

/** `POST /registrations`: takes over the sealed key of a new packaging. */
export async function postRegistration(context: ServiceContext, request: Request): Promise<Response> {
  const jws = (await readBody(request, MAX_REGISTRATION_BYTES)).trim();
  const tenant = context.tenants.find(claimedTenant(jws));
  if (!tenant) throw new ServiceRefusal('registration_invalid', 'The tenant is not known.');
  let verified: VerifiedRegistration | undefined;
  try {
    assertTrusted(jws, tenant);
    verified = await verifyRegistration(jws, tenant.packagers);
    const { registration } = verified;
    const kept = await keptKeys(context, registration);
    const created = await context.commit(tx => register(tx, registration, kept));
    return json(created ? 201 : 200, { call: registration.call, rev: registration.rev });
  } catch (cause) {
    if (cause instanceof SecureCallError && cause.code !== 'audit_unavailable')
      await recordRefusal(context, tenant.id, verified, cause.code);
    throw cause;
  }
}

/** The commonest mistake of a new packager gets words of its own; what counts is the signature. */
function assertTrusted(jws: string, { packagers }: TenantOptions): void {
  const named = claimedKeyId(jws);
  if (named === undefined || packagers.some(({ kid }) => kid === named)) return;
  throw new ServiceRefusal(
    'registration_invalid',
    'No packager key of this tenant signed this; see tenants[].packagers.',
  );
}

function claimedKeyId(jws: string): string | undefined {
  try {
    return decodeProtectedHeader(jws).kid;
  } catch {
    return undefined;
  }
}

type Registration = VerifiedRegistration['registration'];

/** A registration's sealed keys as the service keeps them. */
type KeptKeys = Pick<Registration, 'jwe' | 'seedJwe'>;

/**
 * A key that cannot be opened must be refused while the packager still has the recording. One that is not sealed to the first
 * archive key is sealed to that: nothing new hangs on the others.
 */
async function keptKeys({ archiveKeys }: ServiceContext, registration: Registration): Promise<KeptKeys> {
  const keep = async (sealed: SealedKey): Promise<SealedKey> => {
    const [toFirst, toOthers] = byFirst(archiveKeys, sealed);
    if (await opens(archiveKeys, toFirst, registration)) return sealed;
    const opened = await openedCallKey(archiveKeys, toOthers, registration);
    const kept = await sealAnew(firstOf(archiveKeys), opened, registration);
    opened.fill(0);
    return kept;
  };
  return { jwe: await keep(registration.jwe), seedJwe: await keep(registration.seedJwe) };
}

const firstOf = (archiveKeys: ArchiveKeys): ArchiveKeys => ({
  publicKeys: archiveKeys.publicKeys.slice(0, 1),
  open: (sealed, binding) => archiveKeys.open(sealed, binding),
});

/** What a key says of its recipients is not believed: it is opened as if it had the first archive key only, or only others. */
function byFirst({ publicKeys: [first] }: ArchiveKeys, sealed: SealedKey): readonly [SealedKey, SealedKey] {
  const ids = recipientIds(sealed);
  const only = (isFirst: boolean): SealedKey => ({
    ...sealed,
    recipients: sealed.recipients.filter((_, at) => (ids[at] === first?.kid) === isFirst),
  });
  return [only(true), only(false)];
}

async function opens(
  archiveKeys: ArchiveKeys,
  sealed: SealedKey,
  registration: Registration,
): Promise<boolean> {
  try {
    (await openedCallKey(archiveKeys, sealed, registration)).fill(0);
    return true;
  } catch (cause) {
    if (cause instanceof SecureCallError && cause.code === 'registration_invalid') return false;
    throw cause;
  }
}

async function openedCallKey(
  archiveKeys: ArchiveKeys,
  sealed: SealedKey,
  registration: Registration,
): Promise<Bytes> {
  const opened = await archiveKeys.open(sealed, registration);
  await importCallKey(opened);
  return opened;
}

/** @returns false when the same package was registered before */
async function register(
  tx: ServiceTransaction,
  registration: Registration,
  kept: KeptKeys,
): Promise<boolean> {
  const { tenant, call, rev, packageId, manifestSha256 } = registration;
  const current = await findCall(tx.db, tenant, call);
  const same =
    current?.rev === rev && current.package_id === packageId && current.manifest_sha256 === manifestSha256;
  if (same && current.jwe !== null) return false;
  if (current?.jwe === null || (await wasErased(tx.db, tenant, call)))
    throw new ServiceRefusal('call_erased', 'This recording has been erased.');
  if (rev !== (current?.rev ?? 0) + 1)
    throw new ServiceRefusal(
      'registration_conflict',
      'Another package holds this revision of the recording.',
    );
  await insertCall(tx, { ...registration, ...kept });
  const before = recipientIds(registration.jwe);
  const resealed = kept.jwe === registration.jwe ? {} : { from: before, to: recipientIds(kept.jwe) };
  const body = { rev, packageId, manifestSha256, ...resealed };
  await tx.audit.append(tenantSubject(tenant, { call }), { type: 'call.registered', body });
  return true;
}

async function insertCall(tx: ServiceTransaction, registration: Registration): Promise<void> {
  const { tenant, call, rev, packageId, manifest, manifestSha256, firstHashes, jwe, seedJwe } = registration;
  await tx.db
    .insertInto('call')
    .values({
      tenant,
      call,
      rev,
      package_id: packageId,
      manifest,
      manifest_sha256: manifestSha256,
      first_hashes: firstHashes,
      jwe: JSON.stringify(jwe),
      seed_jwe: JSON.stringify(seedJwe),
      registered_at: tx.now,
    })
    .execute();
}

/** Nothing of a registration that is not authentic is believed, so its record names no call. */
async function recordRefusal(
  context: ServiceContext,
  tenant: string,
  verified: VerifiedRegistration | undefined,
  code: SecureCallError['code'],
): Promise<void> {
  if (!context.limiter.admit(JSON.stringify(['registration', tenant, verified !== undefined]), context.now()))
    return;
  const { call = null, rev = null } = verified?.registration ?? {};
  const body = { code, authentic: verified !== undefined, rev };
  await context.commit(tx =>
    tx.audit.append(tenantSubject(tenant, { call }), { type: 'registration.refused', body }),
  );
}
