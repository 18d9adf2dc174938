import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SecureCallError } from '@secure-call/protocol';
import { AuditRepository, DeliveryFailure } from './audit-repository.ts';
import {
  advanceDelivery,
  claimDelivery,
  type DeliveryPage,
  deliveryPage,
  deliveryPlace,
  releaseDelivery,
} from './delivery-position.ts';
import { eventsOf } from './fhir-events.ts';
import type { LogEntry } from './log.ts';
import { endOverdue } from './overdue-sessions.ts';
import { ServiceMetrics } from './service-metrics.ts';
import { type CallServiceOptions, defaultPolicy } from './service-options.ts';

export interface AuditOutboxOptions extends Pick<
  CallServiceOptions,
  'store' | 'publicUrl' | 'tenants' | 'policy' | 'metrics' | 'log' | 'now'
> {
  /** How often the record is looked at; after a failure twice as long, and so on. @default 5 */
  readonly everySeconds?: number;
  /** @default 300 */
  readonly longestPauseSeconds?: number;
}

interface Delivery {
  readonly tenant: string;
  readonly repository: AuditRepository;
}

/**
 * Tells the tenants' audit repositories what stands in the record, as FHIR AuditEvents, in its order and at least once. It works
 * from the record, so what cannot be delivered holds up nobody but what comes after it. Any number of services on a database may
 * have one.
 */
export class AuditOutbox {
  readonly #options: Required<AuditOutboxOptions>;
  readonly #deliveries: readonly Delivery[];
  /** When the oldest record that waits was received, by tenant: milliseconds since the epoch. */
  readonly #waitingSince = new Map<string, number>();
  /** Of this service. */
  readonly #who: string = randomUUID();

  /** @throws {SecureCallError} `configuration_invalid` */
  constructor(options: AuditOutboxOptions) {
    this.#options = {
      policy: {},
      metrics: new ServiceMetrics(),
      log: () => undefined,
      now: Date.now,
      everySeconds: 5,
      longestPauseSeconds: 300,
      ...options,
    };
    this.#deliveries = options.tenants.flatMap(({ id: tenant, auditRepository }) =>
      auditRepository ? [{ tenant, repository: new AuditRepository(auditRepository) }] : [],
    );
    this.#options.metrics.watchDelivery(() => this.#lagSeconds());
  }

  /** Delivers until `signal` is aborted. What fails is told to the operator and tried again. */
  async keep(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#deliveries.map(delivery => this.#keepOne(delivery, signal)));
  }

  /** Delivers what waits now. @returns whether nothing failed */
  async deliver(signal: AbortSignal = new AbortController().signal): Promise<boolean> {
    const done = await Promise.all(this.#deliveries.map(delivery => this.#tryOne(delivery, signal)));
    return done.every(Boolean);
  }

  async #keepOne(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { everySeconds, longestPauseSeconds } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      failures = (await this.#tryOne(delivery, signal)) ? 0 : failures + 1;
      const seconds = Math.min(everySeconds * 2 ** failures, Math.max(everySeconds, longestPauseSeconds));
      await pause(1000 * seconds, undefined, { signal }).catch(() => undefined);
    }
  }

  async #tryOne(delivery: Delivery, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#deliverOne(delivery, signal);
      return true;
    } catch (cause) {
      if (signal.aborted) return true;
      this.#options.metrics.deliveryFailed();
      this.#options.log(entryOf(cause));
      return false;
    }
  }

  async #deliverOne(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { tenant } = delivery;
    const { store, policy, now } = this.#options;
    const openSeconds = policy.eventsOpenSeconds ?? defaultPolicy.eventsOpenSeconds;
    await endOverdue(store, tenant, now() - 1000 * openSeconds, now());
    if (!(await this.#isWaiting(tenant))) return;
    const place = await claimDelivery(store, { tenant, who: this.#who, now: now() });
    if (!place) return;
    try {
      let page: DeliveryPage;
      let from = place;
      do {
        page = await store.read(db => deliveryPage(store, db, tenant, from));
        if (!page.end || !(await this.#deliverPage(delivery, page, signal))) return;
        from = page.end;
      } while (page.more);
      this.#waitingSince.delete(tenant);
    } finally {
      await releaseDelivery(store, tenant, this.#who);
    }
  }

  /** Looks without claiming anything, so that a record in which nothing happens costs no write. */
  async #isWaiting(tenant: string): Promise<boolean> {
    const { store } = this.#options;
    const { rows, more } = await store.read(async db =>
      deliveryPage(store, db, tenant, await deliveryPlace(db, tenant)),
    );
    const [oldest] = rows;
    if (oldest) this.#waitingSince.set(tenant, Date.parse(oldest.received_at));
    else this.#waitingSince.delete(tenant);
    return more || oldest !== undefined;
  }

  /** @returns whether the delivery is still ours @throws {DeliveryFailure} once what was taken is written down */
  async #deliverPage(
    { tenant, repository }: Delivery,
    { rows, end }: DeliveryPage,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { store, publicUrl, now, metrics } = this.#options;
    const base = publicUrl.replace(/\/+$/, '');
    const source = { publicUrl: base, now: now() };
    const told = await store.read(db => eventsOf(db, source, tenant, rows));
    const events = told.map(({ event }) => event);
    const { count, failure } =
      events.length === 0
        ? { count: 0, failure: undefined }
        : await repository.post(`${base}/fhir/AuditEvent`, events, signal);
    metrics.delivered(count);
    const place = failure ? told[count - 1]?.row.place : end;
    const ours =
      place === undefined || (await advanceDelivery(store, { tenant, who: this.#who, now: now() }, place));
    if (failure) throw failure;
    return ours;
  }

  #lagSeconds(): number {
    const oldest = Math.min(...this.#waitingSince.values());
    return Number.isFinite(oldest) ? Math.max(0, this.#options.now() - oldest) / 1000 : 0;
  }
}

function entryOf(cause: unknown): LogEntry {
  const event = 'delivery.failed';
  if (cause instanceof DeliveryFailure) {
    const { code, status } = cause;
    return { event, code, ...(status === undefined ? {} : { status }) };
  }
  if (cause instanceof SecureCallError) return { event, code: cause.code };
  return { event, code: 'audit_unavailable', ...(cause instanceof Error ? { error: cause.name } : {}) };
}
