export { type ArchiveKeys, fileArchiveKeys, joinArchiveKeys } from './archive-keys.ts';
export { AuditOutbox, type AuditOutboxOptions } from './audit-outbox.ts';
export type { AuditRepositoryOptions } from './audit-repository.ts';
export { type AwsCredentials, type AwsKmsOptions, awsKmsOpener } from './aws-kms.ts';
export { createCallService } from './call-service.ts';
export { checkpointVerifier, checkpointVerifiers } from './checkpoint-key.ts';
export { Checkpoints, type CheckpointOptions } from './checkpoints.ts';
export { Erasures, type ErasuresOptions } from './erasures.ts';
export {
  externalArchiveKey,
  type ExternalArchiveKeyOptions,
  type KeyOpener,
} from './external-archive-key.ts';
export type { GrantRefusalReason } from './grant-refusal.ts';
export { IssuerKeys, type IssuerKeysOptions } from './issuer-keys.ts';
export type { Log, LogEntry } from './log.ts';
export { createMetricsHandler } from './metrics-handler.ts';
export { ServiceMetrics } from './service-metrics.ts';
export {
  type CallServiceOptions,
  type DecodedRecording,
  type DecodeRecording,
  defaultPolicy,
  type Issuer,
  type Policy,
  type TenantOptions,
} from './service-options.ts';
export type { RotatingServiceKeys } from './rotating-service-keys.ts';
export { fetchKeySet } from './remote-key-set.ts';
export { Retention, type RetentionOptions, type RetentionReport } from './retention.ts';
export { defaultReviewRules, type ReviewRules } from './review-rules.ts';
export { resealCalls, type ResealOptions, type ResealReport, sealedKeysByRecipient } from './reseal.ts';
export { openStore, type StoreLocation } from './open-store.ts';
export { openPostgresStore, type PostgresStoreOptions } from './postgres-store.ts';
export { openSqliteStore } from './sqlite-store.ts';
export type { Announce, RunTransaction, Store, Work } from './store.ts';
export { nodeListener } from './node-listener.ts';
export { createStorageHandler } from './storage-handler.ts';
export type { OrderedRecord } from './audit-log.ts';
export type { TraceClip } from './trace-clip.ts';
export { traceCopy, type TraceDependencies, type TraceProgress, type TraceRequest } from './trace-copy.ts';
export {
  type ForensicMaterial,
  type TraceCandidate,
  traceMaterial,
  type TraceMaterial,
  type TraceOptions,
  type TraceSession,
} from './trace-material.ts';
export type {
  SessionStanding,
  TracedClip,
  TracedListener,
  TracedSession,
  TraceReport,
  TraceScope,
} from './trace-report.ts';
export { odds } from './trace-summary.ts';
export {
  type AuditRepositoryConfig,
  isReachable,
  type IssuerConfig,
  type ListenConfig,
  parseServiceConfig,
  type ServiceConfig,
} from './service-config.ts';
export { vaultTransitOpener, type VaultTransitOptions } from './vault-transit.ts';
