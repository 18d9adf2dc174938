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
  #openStreams = (): number => 0;

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
    return prometheusText([
      this.#leases,
      this.#sessions,
      this.#revoked,
      this.#refusals,
      this.#commits,
      streams,
    ]);
  }
}
