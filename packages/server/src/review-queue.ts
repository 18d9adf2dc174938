import { parse } from '@secure-call/protocol';
import type { ExpressionBuilder, Kysely, SelectQueryBuilder } from 'kysely';
import * as v from 'valibot';
import { type Access, accessesOf, type OpeningQuery, openings } from './accesses.ts';
import { json } from './answers.ts';
import { KeyedDraws } from './keyed-draws.ts';
import { recordReading } from './log-reading.ts';
import { recordOrderSchema } from './record-order.ts';
import { reviewFacts } from './review-facts.ts';
import { reasonsFor, type ReviewReason } from './review-rules.ts';
import { type Officer, officerOf } from './role-check.ts';
import type { Schema } from './schema.ts';
import type { ServiceContext } from './service-context.ts';

/** So many accesses are looked at for one answer. */
const PAGE_ACCESSES = 200;

const querySchema = v.strictObject({
  /** Only accesses before this one, by its `n`. */
  before: v.exactOptional(recordOrderSchema),
  /** Only emergencies, however old. */
  reason: v.exactOptional(v.literal('emergency')),
});
type QueueQuery = v.InferOutput<typeof querySchema>;

export type QueuedAccess = Access & { readonly reasons: readonly ReviewReason[] };

/**
 * `GET /reviews`: accesses that a rule or the sample picks and nobody has reviewed, newest first. Nobody sees their own
 * (HSLF-FS 2016:40 chapter 4 section 9: systematic and recurring checks).
 */
export async function getReviews(context: ServiceContext, request: Request): Promise<Response> {
  const officer = await officerOf(context, request, ['reviewer', 'privacy']);
  const asked = Object.fromEntries(new URL(request.url).searchParams);
  const query = parse(querySchema, asked, 'query');
  await recordReading(context, officer, { view: 'reviews', query: asked });
  return json(200, await context.store.read(db => readPage(db, context, officer, query)));
}

interface QueuePage {
  readonly reviews: readonly QueuedAccess[];
  /** `before` of the next page; absent on the last. */
  readonly next?: number;
}

async function readPage(
  db: Kysely<Schema>,
  context: ServiceContext,
  officer: Officer,
  query: QueueQuery,
): Promise<QueuePage> {
  const tenant = officer.tenant.id;
  const rows = await unreviewed(db, officer, query)
    .limit(PAGE_ACCESSES + 1)
    .execute();
  const accesses = await accessesOf(db, tenant, rows.slice(0, PAGE_ACCESSES), context.now());
  const factsOf = await reviewFacts(db, tenant, accesses, new KeyedDraws(context.secrets.sample, tenant));
  const reviews: QueuedAccess[] = [];
  for (const access of accesses) {
    const reasons = reasonsFor(access, await factsOf(access), context.reviewRules);
    if (reasons.length > 0) reviews.push({ ...access, reasons });
  }
  const last = rows.length > PAGE_ACCESSES ? accesses.at(-1) : undefined;
  return { reviews, ...(last ? { next: last.n } : {}) };
}

function unreviewed(
  db: Kysely<Schema>,
  { tenant, claims }: Officer,
  { before, reason }: QueueQuery,
): OpeningQuery {
  let query = openings(db, tenant.id)
    .where('actor', '!=', claims.sub)
    // Of what retention has deleted there is nothing to judge.
    .where('body', 'is not', null)
    .where(audit => audit.not(audit.exists(settledReview(audit, tenant.id))));
  if (before !== undefined) query = query.where('store_order', '<', before);
  if (reason === 'emergency') {
    const emergencies = db.selectFrom('audit').select('chain').where('tenant', '=', tenant.id);
    query = query
      .where('type', '=', 'grant.redeemed')
      .where('chain', 'in', emergencies.where('type', '=', 'breakGlass.started'));
  }
  return query;
}

/** A review of the access at hand that leaves nothing to follow up. */
const settledReview = (
  audit: ExpressionBuilder<Schema, 'audit'>,
  tenant: string,
): SelectQueryBuilder<Schema, 'audit' | 'review', { n: number }> =>
  audit
    .selectFrom('review')
    .select('review.n')
    .where('review.tenant', '=', tenant)
    .whereRef('review.n', '=', 'audit.store_order')
    .where('review.outcome', '!=', 'followUp');
