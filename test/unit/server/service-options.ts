import { generateKey, type KeyPair, pinKey } from '@secure-call/protocol';
import {
  type CallServiceOptions,
  fileArchiveKeys,
  type Store,
  type TenantOptions,
} from '@secure-call/server';

export const PUBLIC_URL = 'https://keys.example/calls';
export const TENANT = 'region-x';
export const OTHER_TENANT = 'region-y';
export const ISSUER = 'https://ehr.example';
export const OTHER_ISSUER = 'https://ehr.elsewhere.example';
export const ROLE_ISSUER = 'https://privacy.example';
export const OTHER_ROLE_ISSUER = 'https://privacy.elsewhere.example';

export interface TestKeys {
  readonly archive: KeyPair;
  readonly packager: KeyPair;
  readonly otherPackager: KeyPair;
  readonly issuer: KeyPair;
  readonly otherIssuer: KeyPair;
  readonly roleIssuer: KeyPair;
  readonly otherRoleIssuer: KeyPair;
  readonly service: KeyPair;
}

export async function generateTestKeys(): Promise<TestKeys> {
  return {
    archive: await generateKey('archive'),
    packager: await generateKey('packager'),
    otherPackager: await generateKey('packager'),
    issuer: await generateKey('issuer'),
    otherIssuer: await generateKey('issuer'),
    roleIssuer: await generateKey('auditor'),
    otherRoleIssuer: await generateKey('auditor'),
    service: await generateKey('service'),
  };
}

/** A key service with two tenants. */
export function serviceOptions(keys: TestKeys, store: Store): CallServiceOptions {
  return {
    store,
    archiveKeys: fileArchiveKeys([keys.archive.privateJwk]),
    serviceKey: keys.service.privateJwk,
    publicUrl: PUBLIC_URL,
    tenants: tenantOptions(keys),
  };
}

export const tenantOptions = (keys: TestKeys): readonly TenantOptions[] => [
  {
    id: TENANT,
    storageBase: 'https://storage.example/region-x/',
    packagers: [pinKey(keys.packager.publicJwk)],
    issuers: [{ iss: ISSUER, keys: [pinKey(keys.issuer.publicJwk)] }],
    roleIssuers: [{ iss: ROLE_ISSUER, keys: [pinKey(keys.roleIssuer.publicJwk)] }],
  },
  {
    id: OTHER_TENANT,
    storageBase: 'https://storage.example/region-y',
    packagers: [pinKey(keys.otherPackager.publicJwk)],
    issuers: [{ iss: OTHER_ISSUER, keys: [pinKey(keys.otherIssuer.publicJwk)] }],
    roleIssuers: [{ iss: OTHER_ROLE_ISSUER, keys: [pinKey(keys.otherRoleIssuer.publicJwk)] }],
  },
];
