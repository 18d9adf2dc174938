import type { Bytes, Primitives } from '@secure-call/protocol';
import type { CompiledQuery, Transaction } from 'kysely';
import type { AuditWriter } from './audit-writer.ts';
import type { ArchiveKeys } from './archive-keys.ts';
import { hearErasures } from './call-erasure.ts';
import type { Erasures } from './erasures.ts';
import { KnownSessions } from './known-sessions.ts';
import type { Log } from './log.ts';
import { NodePrimitives } from './node-primitives.ts';
import { Nonces } from './nonces.ts';
import { OpenedCalls } from './opened-calls.ts';
import { RecordFeed } from './record-feed.ts';
import { RefusalLimiter } from './refusal-limiter.ts';
import { type ReviewRules, reviewRulesOf } from './review-rules.ts';
import type { Schema } from './schema.ts';
import {
  type CallServiceOptions,
  DEFAULT_TRACE_BYTES,
  defaultPolicy,
  type Policy,
} from './service-options.ts';
import { rotatingSecretsOf, type ServiceKeys } from './rotating-service-keys.ts';
import { deriveServiceSecrets, serviceSecretOf, type ServiceSecrets } from './service-secrets.ts';
import { ServiceMetrics } from './service-metrics.ts';
import { recorded } from './service-transaction.ts';
import { SessionPushes } from './session-pushes.ts';
import { hearSessionEnds } from './session-ends.ts';
import { SpentProofs } from './spent-proofs.ts';
import type { Announce, RunTransaction, Store } from './store.ts';
import { indexTenants, type Tenants } from './tenants.ts';

/** A transaction of the service: queries, the access record, and the one time at which everything in it happened. */
export interface ServiceTransaction {
  readonly db: Transaction<Schema>;
  readonly audit: AuditWriter;
  /** Writes at the end of the transaction, together with the records; nothing in it reads what is written so. */
  write(query: CompiledQuery): void;
  readonly announce: Announce;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What every endpoint works with. */
export interface ServiceContext {
  readonly store: Store;
  readonly policy: Policy;
  readonly reviewRules: ReviewRules;
  readonly tenants: Tenants;
  readonly secrets: ServiceSecrets;
  readonly nonces: Nonces;
  /** What proofs, events and records are checked and hashed with. */
  readonly primitives: Primitives;
  readonly knownSessions: KnownSessions;
  readonly spentProofs: SpentProofs;
  readonly archiveKeys: ArchiveKeys;
  readonly openedCalls: OpenedCalls;
  readonly erasures: Erasures | undefined;
  readonly pushes: SessionPushes;
  readonly feed: RecordFeed;
  readonly limiter: RefusalLimiter;
  readonly log: Log;
  readonly metrics: ServiceMetrics;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** Aborted when the process is about to stop. */
  readonly draining: AbortSignal;
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
  readonly serviceKeys: ServiceKeys;
  readonly decodeRecording: CallServiceOptions['decodeRecording'];
  readonly maxTraceBytes: number;
  now(): number;
  /**
   * Runs `work` as one transaction and, once it is durable, wakes those who follow the record. A refusal that `work`
   * returns is committed with its records; one that it throws leaves nothing.
   */
  commit<T>(work: (tx: ServiceTransaction) => Promise<T>): Promise<T>;
  /** The same for what goes on in many sessions at once: see `Store.rowTransaction`. */
  commitRows<T>(work: (tx: ServiceTransaction) => Promise<T>): Promise<T>;
}

/**
 * Checks the options; the context itself needs WebCrypto and is made at the first request.
 * @throws {SecureCallError} `configuration_invalid` or `key_invalid`
 */
export function prepareContext(options: CallServiceOptions): () => Promise<ServiceContext> {
  const tenants = indexTenants(options.tenants);
  const reviewRules = reviewRulesOf(options.review);
  const secret = serviceSecretOf(options.serviceKey);
  const rotating = rotatingSecretsOf(options);
  let context: Promise<ServiceContext> | undefined;
  return () => {
    if (!context) {
      context = createContext(options, { tenants, reviewRules, secret, rotating });
      // Tried again with the next request.
      context.catch(() => (context = undefined));
    }
    return context;
  };
}

interface CheckedOptions {
  readonly tenants: Tenants;
  readonly reviewRules: ReviewRules;
  readonly secret: Bytes;
  readonly rotating: readonly [Bytes, ...Bytes[]];
}

async function createContext(
  options: CallServiceOptions,
  { tenants, reviewRules, secret, rotating }: CheckedOptions,
): Promise<ServiceContext> {
  const { store, archiveKeys, log = () => undefined, now = Date.now } = options;
  const { metrics = new ServiceMetrics() } = options;
  await options.erasures?.ready();
  const policy = { ...defaultPolicy, ...options.policy };
  const secrets = await deriveServiceSecrets(secret, rotating);
  const primitives = new NodePrimitives();
  const feed = new RecordFeed();
  const pushes = new SessionPushes();
  metrics.watchStreams(() => pushes.count);
  const { signal = new AbortController().signal } = options;
  const openedCalls = new OpenedCalls(archiveKeys);
  const hearing = [hearSessionEnds(store, pushes), hearErasures(store, openedCalls)];
  signal.addEventListener(
    'abort',
    () => {
      for (const stop of hearing) stop();
      pushes.endAll();
    },
    { once: true },
  );
  return {
    store,
    policy,
    reviewRules,
    tenants,
    secrets,
    archiveKeys,
    pushes,
    feed,
    log,
    metrics,
    signal,
    draining: options.draining ?? signal,
    serviceKeys: options,
    now,
    nonces: new Nonces(secrets.nonce, policy.nonceSeconds),
    primitives,
    knownSessions: new KnownSessions(store, secrets),
    spentProofs: new SpentProofs(store),
    openedCalls,
    erasures: options.erasures,
    decodeRecording: options.decodeRecording,
    maxTraceBytes: options.maxTraceBytes ?? DEFAULT_TRACE_BYTES,
    limiter: new RefusalLimiter(),
    publicUrl: options.publicUrl.replace(/\/+$/, ''),
    commit: work => commit(store.transaction, { feed, metrics }, now(), work),
    commitRows: work => commit(store.rowTransaction, { feed, metrics }, now(), work),
  };
}

async function commit<T>(
  run: RunTransaction,
  { feed, metrics }: Pick<ServiceContext, 'feed' | 'metrics'>,
  now: number,
  work: (tx: ServiceTransaction) => Promise<T>,
): Promise<T> {
  let types: AuditWriter['types'] = [];
  const since = performance.now();
  try {
    const result = await recorded(run, now, async tx => {
      const done = await work(tx);
      types = tx.audit.types;
      return done;
    });
    metrics.recorded(types);
    if (types.length > 0) feed.wake();
    return result;
  } finally {
    metrics.committed((performance.now() - since) / 1000);
  }
}
