import { type AuditRecord, type ServiceErrorCode, serviceErrorStatus } from '@secure-call/protocol';
import { counter, histogram, labelledCounter, prometheusText } from './prometheus.ts';

const CODES = Object.keys(serviceErrorStatus) as ServiceErrorCode[];
/** From a fast disk to a database that is about to be given up. */
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * What an operator watches, for `/metrics`. It says how much and how fast, never who or what: no tenant, person, call or
 * session.
 */
export class ServiceMetrics {
  readonly #leases = counter({
    name: 'secure_call_leases_issued_total',
    help: 'Recorded releases of keys, one for each track of a lease.',
  });
  readonly #sessions = counter({
    name: 'secure_call_sessions_opened_total',
    help: 'Sessions that a grant opened.',
  });
  readonly #revoked = counter({
    name: 'secure_call_sessions_revoked_total',
    help: 'Sessions that were revoked.',
  });
  readonly #refusals = labelledCounter(
    { name: 'secure_call_refusals_total', help: 'Requests that were refused or failed, by code.' },
    'code',
    CODES,
  );
  readonly #commits = histogram(
    { name: 'secure_call_commit_duration_seconds', help: 'Time of transactions, with those that failed.' },
    COMMIT_SECONDS,
  );
  readonly #delivered = counter({
    name: 'secure_call_audit_events_delivered_total',
    help: 'AuditEvents that a repository took.',
  });
  readonly #deliveryFailures = counter({
    name: 'secure_call_audit_delivery_failures_total',
    help: 'Attempts to deliver AuditEvents that failed.',
  });
  #openStreams = (): number => 0;
  #deliveryLag = (): number => 0;

  /** Counts what stands in the access record; call it once that is durable. */
  recorded(types: readonly AuditRecord['type'][]): void {
    for (const type of types) {
      if (type === 'lease.issued') this.#leases.add();
      if (type === 'grant.redeemed') this.#sessions.add();
      if (type === 'session.revoked') this.#revoked.add();
    }
  }

  refused(code: ServiceErrorCode): void {
    this.#refusals.add(code);
  }

  committed(seconds: number): void {
    this.#commits.observe(seconds);
  }

  /** @param count - of AuditEvents */
  delivered(count: number): void {
    this.#delivered.add(count);
  }

  deliveryFailed(): void {
    this.#deliveryFailures.add();
  }

  /** @param seconds - how old what waits for an audit repository is, 0 when nothing does; asked whenever the metrics are read */
  watchDelivery(seconds: () => number): void {
    this.#deliveryLag = seconds;
  }

  /** @param count - asked whenever the metrics are read */
  watchStreams(count: () => number): void {
    this.#openStreams = count;
  }

  /** In the Prometheus text format 0.0.4. */
  text(): string {
    const streams = {
      name: 'secure_call_open_streams',
      help: 'Players that listen for the end of their session.',
      type: 'gauge',
      samples: () => [{ value: this.#openStreams() }],
    } as const;
    const lag = {
      name: 'secure_call_audit_delivery_lag_seconds',
      help: 'Age of the oldest record that an audit repository should know and does not.',
      type: 'gauge',
      samples: () => [{ value: this.#deliveryLag() }],
    } as const;
    return prometheusText([
      this.#leases,
      this.#sessions,
      this.#revoked,
      this.#refusals,
      this.#commits,
      streams,
      this.#delivered,
      this.#deliveryFailures,
      lag,
    ]);
  }
}
