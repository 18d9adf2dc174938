import { MAX_TOKEN_BYTES, type PinnedKey, SecureCallError } from '@secure-call/protocol';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { IssuerKeys } from './issuer-keys.ts';
import { retentionYearsOf } from './retention-years.ts';
import type { Issuer, TenantOptions } from './service-options.ts';

/** Who may speak for whom: an issuer belongs to the tenant whose configuration lists it, whatever a token says. */
export interface Tenants {
  find(id: string): TenantOptions | undefined;
  ofIssuer(iss: string): TenantOptions | undefined;
  issuerKeys(iss: string): readonly PinnedKey[] | undefined;
  ofRoleIssuer(iss: string): TenantOptions | undefined;
  roleIssuerKeys(iss: string): readonly PinnedKey[] | undefined;
  /** Looks whether an issuer has a key that a token names, where its keys may be replaced. Nothing of the token is believed. */
  expectKey(token: string, kind: 'grants' | 'roles'): Promise<void>;
}

/** @throws {SecureCallError} `configuration_invalid` when a tenant or an issuer is listed twice, or a record kept too short */
export function indexTenants(list: readonly TenantOptions[]): Tenants {
  const byId = new Map(list.map(tenant => [tenant.id, tenant]));
  if (byId.size !== list.length) throw invalid('A tenant is configured twice.');
  for (const tenant of list) retentionYearsOf(tenant);
  const grants = indexIssuers(list, tenant => tenant.issuers);
  const roles = indexIssuers(list, tenant => tenant.roleIssuers);
  return {
    find: id => byId.get(id),
    ofIssuer: iss => grants.get(iss)?.tenant,
    issuerKeys: iss => keysNow(grants.get(iss)),
    ofRoleIssuer: iss => roles.get(iss)?.tenant,
    roleIssuerKeys: iss => keysNow(roles.get(iss)),
    expectKey: (token, kind) => expectKey(kind === 'grants' ? grants : roles, token),
  };
}

interface IssuerEntry {
  readonly tenant: TenantOptions;
  readonly keys: Issuer['keys'];
}

const keysNow = (entry: IssuerEntry | undefined): readonly PinnedKey[] | undefined =>
  entry?.keys instanceof IssuerKeys ? entry.keys.current : entry?.keys;

async function expectKey(issuers: ReadonlyMap<string, IssuerEntry>, token: string): Promise<void> {
  const { iss, kid } = claimedBy(token) ?? {};
  const keys = issuers.get(iss ?? '')?.keys;
  if (keys instanceof IssuerKeys && kid !== undefined) await keys.expect(kid);
}

/** Who a token says it is by; verified is that later, with the keys that are there then. */
function claimedBy(
  token: string,
): { readonly iss: string | undefined; readonly kid: string | undefined } | undefined {
  if (token.length > MAX_TOKEN_BYTES) return undefined;
  try {
    return { iss: decodeJwt(token).iss, kid: decodeProtectedHeader(token).kid };
  } catch {
    return undefined;
  }
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
