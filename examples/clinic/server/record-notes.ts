import { type AuditRecord, SecureCallError } from '@secure-call/protocol';
import * as v from 'valibot';
import type { OfficerClient } from './officer-client.ts';

/** What a reviewer found about an access. */
export interface ReviewNote {
  readonly outcome: string;
  readonly note: string | undefined;
  /** The reviewer's name. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Who was to be told of an emergency, and when that was recorded: ISO 8601. */
export interface NoticeNote {
  readonly notify: readonly string[];
  readonly at: string;
}

/** Someone read the record. A patient has no name here. */
export interface ReadingNote {
  readonly name: string | undefined;
  readonly role: string;
  readonly view: string;
  readonly at: string;
}

export interface OpeningNote {
  readonly call: string;
  readonly at: string;
  readonly name: string;
}

const LATEST_READINGS = 8;

const opening = v.object({ name: v.optional(v.string(), '') });
const review = v.object({
  n: v.number(),
  outcome: v.string(),
  note: v.optional(v.string()),
  name: v.string(),
});
const notice = v.object({ notify: v.array(v.string()) });
const reading = v.object({ name: v.optional(v.string()), role: v.string(), view: v.string() });

type OrderedRecord = AuditRecord & { readonly order: number };

/**
 * What the access record says beside the accesses themselves: reviews, notices, readings. It goes on from where it stopped, so
 * that each record is read once, and each of these readings is on record itself.
 */
export class RecordNotes {
  readonly #officer: OfficerClient;
  /** By the number of the access. */
  readonly openings: Map<number, OpeningNote> = new Map();
  /** By the number of the access; the latest counts. */
  readonly reviews: Map<number, ReviewNote> = new Map();
  /** By session. */
  readonly notices: Map<string, NoticeNote> = new Map();
  /** Latest first. */
  readings: readonly ReadingNote[] = [];
  #after = 0;
  #updating: Promise<void> = Promise.resolve();

  constructor(officer: OfficerClient) {
    this.#officer = officer;
  }

  /** @throws {SecureCallError} `service_unreachable` */
  update(): Promise<void> {
    const update = this.#updating.then(() => this.#update());
    this.#updating = update.catch(() => undefined);
    return update;
  }

  async #update(): Promise<void> {
    const answer = await this.#officer.ask('auditor', `/audit/records?after=${this.#after}`, {});
    const text = await answer.text();
    if (!answer.ok) throw new SecureCallError('service_unreachable', 'The key service does not answer.');
    for (const line of text.split('\n')) if (line !== '') this.#take(JSON.parse(line) as OrderedRecord);
  }

  #take(record: OrderedRecord): void {
    const { order, type, body, sid, call, receivedAt: at } = record;
    this.#after = order;
    // Retention deletes what a record says.
    if (body === null) return;
    if (type === 'grant.redeemed') {
      this.openings.set(order, { call: call ?? '', at, name: v.parse(opening, body).name });
    } else if (type === 'review.done') {
      const { n, name: by, outcome, note } = v.parse(review, body);
      this.reviews.set(n, { outcome, note, by, at });
    } else if (type === 'breakGlass.started') {
      this.notices.set(sid ?? '', { ...v.parse(notice, body), at });
    } else if (type === 'log.read') {
      const { name, role, view } = v.parse(reading, body);
      this.readings = [{ name, role, view, at }, ...this.readings].slice(0, LATEST_READINGS);
    }
  }
}
