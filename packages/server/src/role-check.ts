import { type Role, type RoleClaims, ServiceRefusal, verifyRoleToken } from '@secure-call/protocol';
import type { ServiceContext } from './service-context.ts';
import type { TenantOptions } from './service-options.ts';

/** Someone who reads the record or ends sessions, for the one tenant that their issuer belongs to. */
export interface Officer {
  readonly tenant: TenantOptions;
  readonly claims: RoleClaims;
}

/**
 * Verifies the bearer token of a request.
 * @throws {ServiceRefusal} `token_invalid`, or `not_permitted` when it is for another role
 */
export async function officerOf(
  context: ServiceContext,
  request: Request,
  roles: readonly Role[],
): Promise<Officer> {
  const [, token] = /^Bearer ([\w.-]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token === undefined) throw new ServiceRefusal('token_invalid', 'A role token is needed.');
  const claims = await verifyRoleToken(token, iss => context.tenants.roleIssuerKeys(iss), {
    audience: context.publicUrl,
    now: context.now() / 1000,
  });
  const tenant = context.tenants.ofRoleIssuer(claims.iss);
  if (!tenant) throw new ServiceRefusal('token_invalid', 'The issuer of the role token is not known.');
  if (!roles.includes(claims.role)) throw new ServiceRefusal('not_permitted', 'This role may not do that.');
  return { tenant, claims };
}
