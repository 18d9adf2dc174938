import { type PinnedKey, SecureCallError } from '@secure-call/protocol';
import type { Issuer, TenantOptions } from './service-options.ts';

/** Who may speak for whom: an issuer belongs to the tenant whose configuration lists it, whatever a token says. */
export interface Tenants {
  find(id: string): TenantOptions | undefined;
  ofIssuer(iss: string): TenantOptions | undefined;
  issuerKeys(iss: string): readonly PinnedKey[] | undefined;
  ofRoleIssuer(iss: string): TenantOptions | undefined;
  roleIssuerKeys(iss: string): readonly PinnedKey[] | undefined;
}

/** @throws {SecureCallError} `configuration_invalid` when a tenant or an issuer is listed twice */
export function indexTenants(list: readonly TenantOptions[]): Tenants {
  const byId = new Map(list.map(tenant => [tenant.id, tenant]));
  if (byId.size !== list.length) throw invalid('A tenant is configured twice.');
  const grants = indexIssuers(list, tenant => tenant.issuers);
  const roles = indexIssuers(list, tenant => tenant.roleIssuers);
  return {
    find: id => byId.get(id),
    ofIssuer: iss => grants.get(iss)?.tenant,
    issuerKeys: iss => grants.get(iss)?.keys,
    ofRoleIssuer: iss => roles.get(iss)?.tenant,
    roleIssuerKeys: iss => roles.get(iss)?.keys,
  };
}

interface IssuerEntry {
  readonly tenant: TenantOptions;
  readonly keys: readonly PinnedKey[];
}

function indexIssuers(
  list: readonly TenantOptions[],
  issuersOf: (tenant: TenantOptions) => readonly Issuer[],
): ReadonlyMap<string, IssuerEntry> {
  const index = new Map<string, IssuerEntry>();
  for (const tenant of list) {
    for (const { iss, keys } of issuersOf(tenant)) {
      if (index.has(iss)) throw invalid('An issuer is configured twice; it may speak for one tenant only.');
      index.set(iss, { tenant, keys });
    }
  }
  return index;
}

const invalid = (message: string): SecureCallError => new SecureCallError('configuration_invalid', message);
