import { nameSchema, parseJson, SecureCallError } from '@secure-call/protocol';
import * as v from 'valibot';
import type { AwsKmsOptions } from './aws-kms.ts';
import type { ReviewRules } from './review-rules.ts';
import type { Policy } from './service-options.ts';
import type { VaultTransitOptions } from './vault-transit.ts';

const path = v.pipe(v.string(), v.minLength(1));
const url = v.pipe(v.string(), v.url(), v.regex(/^https?:\/\/[^?#]+$/));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65535));
const positive = v.pipe(v.number(), v.gtValue(0), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const issuer = v.union([
  v.strictObject({ iss: nameSchema, jwks: url }),
  v.strictObject({ iss: nameSchema, keys: v.pipe(v.array(path), v.minLength(1)) }),
]);

const external = {
  publicKey: path,
  timeoutSeconds: v.exactOptional(v.pipe(positive, v.maxValue(60))),
};
const archiveKey = v.union([
  path,
  v.strictObject({
    ...external,
    vault: v.strictObject({
      address: url,
      mount: v.exactOptional(path),
      key: path,
      version: v.exactOptional(count),
      namespace: v.exactOptional(path),
      tokenFile: path,
    }),
  }),
  v.strictObject({
    ...external,
    awsKms: v.strictObject({ region: path, keyId: path, endpoint: v.exactOptional(url) }),
  }),
]);

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

const hour = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(23));

const reviewSchema = v.strictObject({
  sampleShare: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  noRelation: v.exactOptional(v.array(nameSchema)),
  timeZone: v.exactOptional(nameSchema),
  nightFromHour: v.exactOptional(hour),
  nightToHour: v.exactOptional(hour),
  accessesPerDay: v.exactOptional(count),
  refusalsPerDay: v.exactOptional(count),
});

const credential = { header: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w-]+$/))) };
const auditRepository = v.union([
  v.strictObject({ url, tokenFile: path, ...credential }),
  v.strictObject({ url, tokenVariable: path, ...credential }),
  v.strictObject({ url }),
]);

const configSchema = v.strictObject({
  publicUrl: url,
  listen: v.exactOptional(v.strictObject({ host: v.exactOptional(path), port: v.exactOptional(port) })),
  database: v.exactOptional(path),
  serviceKey: path,
  rotatingKeys: v.exactOptional(
    v.strictObject({
      current: path,
      next: v.exactOptional(path),
      previous: v.exactOptional(v.array(path)),
    }),
  ),
  archiveKeys: v.pipe(v.array(archiveKey), v.minLength(1)),
  tenants: v.pipe(
    v.array(
      v.strictObject({
        id: nameSchema,
        storageBase: url,
        packagers: v.array(path),
        issuers: v.array(issuer),
        roleIssuers: v.exactOptional(v.array(issuer)),
        // How short it may be is said in words elsewhere.
        retentionYears: v.exactOptional(v.number()),
        auditRepository: v.exactOptional(auditRepository),
      }),
    ),
    v.minLength(1),
  ),
  policy: v.exactOptional(policySchema),
  review: v.exactOptional(reviewSchema),
  checkpoints: v.exactOptional(v.strictObject({ folder: path })),
  traces: v.exactOptional(v.strictObject({ maxBytes: v.exactOptional(v.pipe(count, v.maxValue(2 ** 30))) })),
  metrics: v.exactOptional(v.strictObject({ host: v.exactOptional(path), port: v.exactOptional(port) })),
  drainSeconds: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(600))),
  storage: v.exactOptional(
    v.strictObject({ folder: path, host: v.exactOptional(path), port: v.exactOptional(port) }),
  ),
});

/** An address to listen on; port 0 takes a free one. */
export interface ListenConfig {
  readonly host?: string;
  readonly port?: number;
}

/** Where an issuer's public keys lie: in files, or at an address that answers a JWK set. */
export type IssuerConfig =
  | { readonly iss: string; readonly keys: readonly string[] }
  | { readonly iss: string; readonly jwks: string };

/** An archive key that someone else holds. */
interface ExternalKeyConfig {
  /** File of its public JWK. */
  readonly publicKey: string;
  readonly timeoutSeconds?: number;
}

/** The token lies in a file of its own, which is read every time. */
export interface VaultKeyConfig extends ExternalKeyConfig {
  readonly vault: Omit<VaultTransitOptions, 'token'> & { readonly tokenFile: string };
}

export interface AwsKmsKeyConfig extends ExternalKeyConfig {
  readonly awsKms: Omit<AwsKmsOptions, 'credentials'>;
}

/** A FHIR server that a tenant's AuditEvents are posted to, and where the token for it is. */
export interface AuditRepositoryConfig {
  readonly url: string;
  /** Read every time. */
  readonly tokenFile?: string;
  /** Name of a variable in the environment. */
  readonly tokenVariable?: string;
  /** Header that has the token as it is. @default `authorization`, behind "Bearer " */
  readonly header?: string;
}

/** A key service as its configuration file describes it; keys are paths of files. */
export interface ServiceConfig {
  readonly publicUrl: string;
  readonly listen?: ListenConfig;
  /** A file. @default the PostgreSQL database of DATABASE_URL */
  readonly database?: string;
  /** The lasting one. */
  readonly serviceKey: string;
  /** Service keys that are replaced now and then. */
  readonly rotatingKeys?: {
    readonly current: string;
    readonly next?: string;
    readonly previous?: readonly string[];
  };
  /** The first is the one that calls are re-sealed to. A path is that of a private key file. */
  readonly archiveKeys: readonly (string | VaultKeyConfig | AwsKmsKeyConfig)[];
  readonly tenants: readonly {
    readonly id: string;
    readonly storageBase: string;
    readonly packagers: readonly string[];
    readonly issuers: readonly IssuerConfig[];
    readonly roleIssuers?: readonly IssuerConfig[];
    readonly retentionYears?: number;
    readonly auditRepository?: AuditRepositoryConfig;
  }[];
  readonly policy?: Partial<Policy>;
  /** Of the queue at `GET /reviews`. */
  readonly review?: Partial<ReviewRules>;
  /** Where checkpoints of the access record are kept outside the database too. */
  readonly checkpoints?: { readonly folder: string };
  /** Of `POST /traces`. */
  readonly traces?: { readonly maxBytes?: number };
  /** Where Prometheus reads `/metrics`; without it there are none. */
  readonly metrics?: ListenConfig;
  /** How long the service goes on when it is asked to stop, so that balancers find out. @default 0 */
  readonly drainSeconds?: number;
  /** Serves a folder of packages too, for development. */
  readonly storage?: ListenConfig & { readonly folder: string };
}

/**
 * Reads a configuration file's text.
 * @throws {SecureCallError} `configuration_invalid`, naming the members that are missing or unknown, or else the first
 *   that is not usable
 */
export function parseServiceConfig(text: string): ServiceConfig {
  const data = parseJson(v.unknown(), text, 'configuration', 'configuration_invalid');
  const result = v.safeParse(configSchema, data);
  if (!result.success) throw invalid(describeIssues(result.issues));
  if (!isReachable(new URL(result.output.publicUrl)))
    throw invalid('publicUrl begins with https://: players use http:// on their own machine only.');
  return result.output;
}

type Issue = v.InferIssue<typeof configSchema>;

function describeIssues(issues: readonly [Issue, ...Issue[]]): string {
  const unknown = issues.filter(({ type, expected }) => type === 'strict_object' && expected === 'never');
  const missing = issues.filter(
    issue => issue.type === 'strict_object' && !unknown.includes(issue) && issue.path,
  );
  const words = [
    ...missing.map(issue => `lacks "${placeOf(issue)}"`),
    ...unknown.map(issue => `has "${placeOf(issue)}", which is not known`),
  ];
  if (words.length === 0) words.push(`is not valid at "${placeOf(issues[0])}"`);
  return `The configuration ${words.join(' and ')}.`;
}

const placeOf = (issue: Issue): string => v.getDotPath(issue) ?? 'value';

/** Whether a player goes there: by TLS, or without on its own machine. */
export const isReachable = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' ||
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ||
  hostname.endsWith('.localhost');

const invalid = (message: string): SecureCallError => new SecureCallError('configuration_invalid', message);
