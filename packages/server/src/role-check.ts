import { type Role, type RoleClaims, ServiceRefusal, verifyRoleToken } from '@secure-call/protocol';
import type { ServiceContext } from './service-context.ts';
import type { TenantOptions } from './service-options.ts';

/** Someone with a role towards the record, for the one tenant that their issuer belongs to. */
export interface Officer<R extends Role = Role> {
  readonly tenant: TenantOptions;
  readonly claims: RoleClaims & { readonly role: R };
}

/**
 * Verifies the bearer token of a request.
 * @throws {ServiceRefusal} `token_invalid`, or `not_permitted` when it is for another role
 */
export async function officerOf<R extends Role>(
  context: ServiceContext,
  request: Request,
  roles: readonly R[],
): Promise<Officer<R>> {
  const token = /^Bearer ([\w.-]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (token === undefined) throw new ServiceRefusal('token_invalid', 'A role token is needed.');
  await context.tenants.expectKey(token, 'roles');
  const claims = await verifyRoleToken(token, iss => context.tenants.roleIssuerKeys(iss), {
    audience: context.publicUrl,
    now: context.now() / 1000,
  });
  const tenant = context.tenants.ofRoleIssuer(claims.iss);
  if (!tenant) throw new ServiceRefusal('token_invalid', 'The issuer of the role token is not known.');
  if (!hasRole(claims, roles)) throw new ServiceRefusal('not_permitted', 'This role may not do that.');
  return { tenant, claims };
}

const hasRole = <R extends Role>(
  claims: RoleClaims,
  roles: readonly R[],
): claims is RoleClaims & { readonly role: R } => roles.some(role => role === claims.role);
