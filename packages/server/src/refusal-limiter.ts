import type { RecordContent, RecordSubject } from './audit-writer.ts';
import { PreparedQuery } from './prepared-query.ts';
import type { ServiceTransaction } from './service-context.ts';

const WINDOW_MS = 60_000;
const MAX_PER_WINDOW = 10;
const MAX_KEYS = 10_000;
/** Of one kind in one chain within a minute; beyond that none is counted twice. */
const MAX_COMPARED = 1000;

/** A refusal that is to be recorded. */
export interface Refusal {
  readonly subject: RecordSubject;
  readonly content: RecordContent;
  /** Members of the body in which refusals of one origin are alike; those of one person in one chain always are. */
  readonly alike?: readonly string[];
}

/**
 * Bounds how many refusals of one origin are written to the record, so that repeating a refused request cannot fill the
 * disk or keep others waiting. It refuses nobody anything. Each service counts for itself what it lets through to the store, and
 * the record itself, which all services share, says how many there are: whoever asks at several gains nothing by it, and good
 * requests cost nothing.
 */
export class RefusalLimiter {
  #counts = new Map<string, number>();
  #startedAt = 0;

  /** Whether one more refusal under `key` may go to the store of this service. @param now - milliseconds since the epoch */
  admit(key: string, now: number): boolean {
    if (now - this.#startedAt >= WINDOW_MS || this.#counts.size >= MAX_KEYS) {
      this.#counts = new Map();
      this.#startedAt = now;
    }
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return count < MAX_PER_WINDOW;
  }

  /** Appends a refusal, unless there are enough of its origin already, whichever service recorded them. */
  async record({ db, audit, now }: ServiceTransaction, refusal: Refusal): Promise<void> {
    const { subject, content, alike = [] } = refusal;
    const { tenant, sid, actor } = subject;
    const since = new Date(now - WINDOW_MS).toISOString();
    const rows = await recent.rows(db, { tenant, chain: sid ?? '', type: content.type, since });
    const facts = factsOf(JSON.stringify(content.body), alike);
    const same = rows.filter(row => row.actor === actor && factsOf(row.body, alike) === facts);
    if (same.length < MAX_PER_WINDOW) await audit.append(subject, content);
  }
}

interface Recent {
  readonly actor: string | null;
  readonly body: string;
}

const recent = new PreparedQuery<{ tenant: string; chain: string; type: string; since: string }, Recent>(
  (db, { tenant, chain, type, since }) =>
    db
      .selectFrom('audit')
      .select(['actor', 'body'])
      .where('tenant', '=', tenant)
      .where('type', '=', type)
      .where('received_at', '>', since)
      .where('chain', '=', chain)
      .orderBy('received_at', 'desc')
      .limit(MAX_COMPARED),
);

/** @param body - JSON, of a record */
function factsOf(body: string, names: readonly string[]): string {
  const members = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return JSON.stringify(names.map(name => members[name]));
}
