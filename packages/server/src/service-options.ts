import type { PinnedKey } from '@secure-call/protocol';
import type { JWK } from 'jose';
import type { ArchiveKeys } from './archive-keys.ts';
import type { AuditRepositoryOptions } from './audit-repository.ts';
import type { Erasures } from './erasures.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import type { Log } from './log.ts';
import type { RotatingServiceKeys } from './rotating-service-keys.ts';
import type { ReviewRules } from './review-rules.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import type { Store } from './store.ts';

/** How keys are released. */
export interface Policy {
  /** Length of a lease window that continues the one before, in seconds of the recording. */
  readonly windowSeconds: number;
  /** Length of a window after a seek, in seconds of the recording. */
  readonly seekWindowSeconds: number;
  /** How many windows a player may unlock ahead of what it plays. */
  readonly ahead: number;
  /** Wall time after which a player falls silent unless the service has answered again. */
  readonly useForSeconds: number;
  /** Seconds of a call that one person may unlock at once. */
  readonly bucketSeconds: number;
  /** Seconds of the recording per second of wall time by which that allowance grows again. */
  readonly maxRate: number;
  /** How long an unlocked second may be unlocked again without a charge. */
  readonly freeSeconds: number;
  /** How long a nonce may be used. */
  readonly nonceSeconds: number;
  /** How long access events are taken after a session ended. */
  readonly eventsOpenSeconds: number;
  /** How many audio windows may be leased without a report of what was played. */
  readonly unexplainedWindows: number;
}

export const defaultPolicy: Policy = {
  windowSeconds: 12,
  seekWindowSeconds: 4,
  ahead: 2,
  useForSeconds: 30,
  bucketSeconds: 120,
  maxRate: 2,
  freeSeconds: 3600,
  nonceSeconds: 120,
  eventsOpenSeconds: 600,
  unexplainedWindows: 4,
};

/** Someone whose signed statements are trusted, for one tenant only. */
export interface Issuer {
  readonly iss: string;
  /** `IssuerKeys` where they may be replaced while the service runs. */
  readonly keys: readonly PinnedKey[] | IssuerKeys;
}

export interface TenantOptions {
  readonly id: string;
  /** Public URL of the folder that holds the tenant's packages. */
  readonly storageBase: string;
  readonly packagers: readonly PinnedKey[];
  /** Host backends that issue grants. */
  readonly issuers: readonly Issuer[];
  /** Host backends that issue role tokens. */
  readonly roleIssuers: readonly Issuer[];
  /** For how long what records tell is kept. @default 6 */
  readonly retentionYears?: number;
  /** What `AuditOutbox` tells of the record. @default nobody */
  readonly auditRepository?: AuditRepositoryOptions;
}

/** Sound of a file. */
export interface DecodedRecording {
  /** Equally long, full scale 1. */
  readonly channels: readonly Float32Array[];
  readonly sampleRateHz: number;
}

/** @throws {SecureCallError} with a `recording_` code, and words that the person who sent the file may read */
export type DecodeRecording = (bytes: Uint8Array, signal: AbortSignal) => Promise<DecodedRecording>;

export const DEFAULT_TRACE_BYTES: number = 64 * 2 ** 20;

export interface CallServiceOptions {
  readonly store: Store;
  readonly archiveKeys: ArchiveKeys;
  /** Private JWK of kind 'service'; from its secret `k` the service derives all its own keys but those of `rotating`. */
  readonly serviceKey: JWK;
  /** Service keys that are replaced now and then. @default the lasting one */
  readonly rotating?: RotatingServiceKeys;
  /** Address under which browsers reach the service; proofs and grants name it. */
  readonly publicUrl: string;
  /** An issuer belongs to exactly one tenant, by this list only. */
  readonly tenants: readonly TenantOptions[];
  readonly policy?: Partial<Policy>;
  /** Which accesses someone has to look at; see `defaultReviewRules`. */
  readonly review?: Partial<ReviewRules>;
  /** Makes sound of a file's bytes, for `POST /traces`. @default none: traces are refused */
  readonly decodeRecording?: DecodeRecording;
  /** Largest file that `POST /traces` takes. @default 64 MB */
  readonly maxTraceBytes?: number;
  /** Erasures that are kept outside the database: nothing is answered before the database knows them. @default none */
  readonly erasures?: Erasures;
  /** Aborted when the process is about to stop: `GET /readyz` says so, and everything else goes on. */
  readonly draining?: AbortSignal;
  /** Ends the open streams, so that the process can stop. */
  readonly signal?: AbortSignal;
  /** Counts what happens, for a `createMetricsHandler`. @default none */
  readonly metrics?: ServiceMetrics;
  /** @default none */
  readonly log?: Log;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}
