import {
  assertGrantUsable,
  authenticateGrant,
  GRANT_TYP,
  type GrantClaims,
  SecureCallError,
  type ServiceErrorCode,
  ServiceRefusal,
  verifyPinnedJws,
} from '@secure-call/protocol';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { ServiceContext } from './service-context.ts';
import type { Tenants } from './tenants.ts';

/**
 * audience: it names another address than the service's public URL. time: it is too old, too long or not valid yet; clocks
 * may differ. key: no trusted key of its issuer signed it. form: it is no grant, or a claim is malformed.
 */
export type GrantRefusalReason = 'audience' | 'time' | 'key' | 'form';

/** A refused grant, with what an operator needs to find the cause and a client does not get. */
export class GrantRefusal extends ServiceRefusal {
  readonly reason: GrantRefusalReason;

  constructor(code: ServiceErrorCode, message: string, reason: GrantRefusalReason) {
    super(code, message);
    this.reason = reason;
  }
}

/** `authenticateGrant`, with the reason. @throws {GrantRefusal} `grant_invalid` */
export async function authenticate({ tenants }: ServiceContext, grant: string): Promise<GrantClaims> {
  await tenants.expectKey(grant, 'grants');
  try {
    return await authenticateGrant(grant, iss => tenants.issuerKeys(iss));
  } catch (cause) {
    if (!(cause instanceof SecureCallError)) throw cause;
    const reason = (await isSigned(tenants, grant)) ? 'form' : reasonOfUnsigned(grant);
    throw new GrantRefusal('grant_invalid', cause.message, reason);
  }
}

/** `assertGrantUsable`, with the reason. @throws {GrantRefusal} `grant_invalid` or `grant_expired` */
export function assertUsable(context: ServiceContext, claims: GrantClaims): void {
  const { publicUrl } = context;
  try {
    assertGrantUsable(claims, { audience: publicUrl, now: context.now() / 1000 });
  } catch (cause) {
    if (!(cause instanceof SecureCallError)) throw cause;
    const code = cause.code === 'grant_expired' ? cause.code : 'grant_invalid';
    throw new GrantRefusal(code, cause.message, claims.aud === publicUrl ? 'time' : 'audience');
  }
}

/** Whether a trusted key signed it, so that only its claims can be at fault. */
async function isSigned(tenants: Tenants, grant: string): Promise<boolean> {
  try {
    const keys = tenants.issuerKeys(decodeJwt(grant).iss ?? '') ?? [];
    await verifyPinnedJws(grant, { typ: GRANT_TYP, keys, code: 'grant_invalid' });
    return true;
  } catch {
    return false;
  }
}

function reasonOfUnsigned(grant: string): GrantRefusalReason {
  try {
    return decodeJwt(grant).iss !== undefined && decodeProtectedHeader(grant).typ === GRANT_TYP
      ? 'key'
      : 'form';
  } catch {
    return 'form';
  }
}
