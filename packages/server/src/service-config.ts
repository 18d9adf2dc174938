import { nameSchema, parseJson } from '@secure-call/protocol';
import * as v from 'valibot';
import type { Policy } from './service-options.ts';

const path = v.pipe(v.string(), v.minLength(1));
const url = v.pipe(v.string(), v.url(), v.regex(/^https?:\/\/[^?#]+$/));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535));
const positive = v.pipe(v.number(), v.gtValue(0), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const issuer = v.strictObject({ iss: nameSchema, keys: v.pipe(v.array(path), v.minLength(1)) });

const policySchema = v.strictObject({
  windowSeconds: v.exactOptional(v.pipe(positive, v.minValue(1), v.maxValue(120))),
  seekWindowSeconds: v.exactOptional(v.pipe(positive, v.minValue(1), v.maxValue(120))),
  ahead: v.exactOptional(v.pipe(count, v.maxValue(8))),
  useForSeconds: v.exactOptional(v.pipe(positive, v.minValue(1), v.maxValue(600))),
  bucketSeconds: v.exactOptional(positive),
  maxRate: v.exactOptional(positive),
  freeSeconds: v.exactOptional(positive),
  nonceSeconds: v.exactOptional(positive),
  eventsOpenSeconds: v.exactOptional(positive),
  unexplainedWindows: v.exactOptional(count),
});

const configSchema = v.strictObject({
  publicUrl: url,
  listen: v.exactOptional(v.strictObject({ host: v.exactOptional(path), port: v.exactOptional(port) })),
  database: path,
  serviceKey: path,
  archiveKeys: v.pipe(v.array(path), v.minLength(1)),
  tenants: v.pipe(
    v.array(
      v.strictObject({
        id: nameSchema,
        storageBase: url,
        packagers: v.array(path),
        issuers: v.array(issuer),
        roleIssuers: v.exactOptional(v.array(issuer)),
      }),
    ),
    v.minLength(1),
  ),
  policy: v.exactOptional(policySchema),
  storage: v.exactOptional(
    v.strictObject({ folder: path, host: v.exactOptional(path), port: v.exactOptional(port) }),
  ),
});

/** An address to listen on; port 0 takes a free one. */
export interface ListenConfig {
  readonly host?: string;
  readonly port?: number;
}

/** Where an issuer's public keys lie. */
export interface IssuerConfig {
  readonly iss: string;
  readonly keys: readonly string[];
}

/** A key service as its configuration file describes it; keys are paths of files. */
export interface ServiceConfig {
  readonly publicUrl: string;
  readonly listen?: ListenConfig;
  readonly database: string;
  readonly serviceKey: string;
  readonly archiveKeys: readonly string[];
  readonly tenants: readonly {
    readonly id: string;
    readonly storageBase: string;
    readonly packagers: readonly string[];
    readonly issuers: readonly IssuerConfig[];
    readonly roleIssuers?: readonly IssuerConfig[];
  }[];
  readonly policy?: Partial<Policy>;
  /** Serves a folder of packages too, for development. */
  readonly storage?: ListenConfig & { readonly folder: string };
}

/**
 * Reads a configuration file's text.
 * @throws {SecureCallError} `configuration_invalid`, naming the first member that is not usable
 */
export function parseServiceConfig(text: string): ServiceConfig {
  return parseJson(configSchema, text, 'configuration', 'configuration_invalid');
}
