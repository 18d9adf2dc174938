import { SecureCallError } from '@secure-call/protocol';
import * as v from 'valibot';
import { reviewer } from './demo-people.ts';
import type { DatedDecision, HostLog } from './host-log.ts';
import type { OfficerClient } from './officer-client.ts';
import type { NoticeNote, ReadingNote, RecordNotes, ReviewNote } from './record-notes.ts';
import { reviewBy } from './review-deadline.ts';

/** Pages of the queue that are looked through at once; each is 200 accesses. */
const MOST_PAGES = 10;
const LATEST_DONE = 20;

/** What the page sends of a review. */
export interface ReviewRequest {
  /** Number of the access. */
  readonly n: number;
  readonly outcome: 'justified' | 'unjustified' | 'followUp';
  readonly note?: string;
}

export const reviewRequestSchema: v.GenericSchema<unknown, ReviewRequest> = v.strictObject({
  n: v.pipe(v.number(), v.integer(), v.minValue(1)),
  outcome: v.picklist(['justified', 'unjustified', 'followUp']),
  note: v.exactOptional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(1024))),
});

/** An access in the queue, as far as the page tells it. */
interface QueuedAccess {
  readonly n: number;
  readonly sid: string | null;
  readonly emergency: boolean;
  readonly startedAt: string;
}

interface DoneReview extends ReviewNote {
  readonly n: number;
  /** Whose access, and to which call. */
  readonly name: string;
  readonly call: string;
}

/** What the privacy office sees. */
export interface ReviewPage {
  readonly reviewer: string;
  readonly reviews: readonly (QueuedAccess & {
    readonly notice?: NoticeNote;
    readonly reviewBy?: string;
    /** An earlier review that left something to follow up. */
    readonly earlier?: ReviewNote;
  })[];
  readonly done: readonly DoneReview[];
  /** Whom the application refused, latest first. */
  readonly refusals: readonly DatedDecision[];
  readonly readings: readonly ReadingNote[];
}

export interface ReviewDeskOptions {
  readonly officer: OfficerClient;
  readonly notes: RecordNotes;
  readonly log: HostLog;
}

/** Shows the review queue and records reviews. A real application would ask here who is signed in. */
export class ReviewDesk {
  readonly #options: ReviewDeskOptions;

  constructor(options: ReviewDeskOptions) {
    this.#options = options;
  }

  /** @throws {SecureCallError} `service_unreachable` */
  async page(): Promise<ReviewPage> {
    const { notes, log } = this.#options;
    const queue = await this.#queue();
    // Behind the queue, so that reading it stands among the readings.
    await notes.update();
    const refusals = await log.refusals();
    return {
      reviewer: reviewer.name,
      reviews: queue.map(access => this.#annotated(access)),
      done: this.#done(),
      refusals: refusals.toReversed().slice(0, LATEST_DONE),
      readings: notes.readings,
    };
  }

  /** @returns the key service's answer: it refuses reviews of one's own accesses @throws {SecureCallError} */
  async review({ n, ...found }: ReviewRequest): Promise<void> {
    const init = { method: 'POST', body: JSON.stringify(found) };
    const answer = await this.#options.officer.ask('reviewer', `/reviews/${n}`, init, reviewer);
    await answer.body?.cancel();
    if (answer.ok) return;
    if (answer.status === 400) throw new SecureCallError('request_invalid', 'The review is not complete.');
    if (answer.status < 500)
      throw new SecureCallError('not_permitted', 'This access is not yours to review.');
    throw new SecureCallError('service_unreachable', 'The key service does not answer.');
  }

  async #queue(): Promise<QueuedAccess[]> {
    const queue: QueuedAccess[] = [];
    let query = '';
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await this.#options.officer.ask('reviewer', `/reviews${query}`, {}, reviewer);
      if (!answer.ok) throw new SecureCallError('service_unreachable', 'The key service does not answer.');
      const { reviews, next } = (await answer.json()) as { reviews: QueuedAccess[]; next?: number };
      queue.push(...reviews);
      if (next === undefined) break;
      query = `?before=${next}`;
    }
    return queue;
  }

  #annotated(access: QueuedAccess): ReviewPage['reviews'][number] {
    const { notices, reviews } = this.#options.notes;
    const notice = notices.get(access.sid ?? '');
    const earlier = reviews.get(access.n);
    return {
      ...access,
      ...(notice ? { notice } : {}),
      ...(access.emergency ? { reviewBy: reviewBy(access.startedAt) } : {}),
      ...(earlier ? { earlier } : {}),
    };
  }

  /** Latest first. */
  #done(): DoneReview[] {
    const { reviews, openings } = this.#options.notes;
    const done = [...reviews].map(([n, { outcome, note, by, at }]): DoneReview => {
      const opening = openings.get(n);
      return { n, name: opening?.name ?? '', call: opening?.call ?? '', outcome, note, by, at };
    });
    return done.toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, LATEST_DONE);
  }
}
