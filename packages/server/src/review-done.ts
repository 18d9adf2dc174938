import { parse, parseJson, ServiceRefusal } from '@secure-call/protocol';
import * as v from 'valibot';
import { openings, type OpeningRow } from './accesses.ts';
import { tenantSubject } from './audit-writer.ts';
import { recordOrderSchema } from './record-order.ts';
import type { Refusal } from './refusal-limiter.ts';
import { readBody } from './request-body.ts';
import { type Officer, officerOf } from './role-check.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';

const MAX_REVIEW_BODY_BYTES = 8 * 1024;

const reviewSchema = v.pipe(
  v.strictObject({
    outcome: v.picklist(['justified', 'unjustified', 'followUp']),
    note: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(1024))),
  }),
  v.check(({ outcome, note }) => outcome === 'justified' || note !== undefined, 'note'),
);
type Review = v.InferOutput<typeof reviewSchema>;

/** `POST /reviews/{n}`: what a reviewer found about an access. It may be reviewed again; the latest outcome counts. */
export async function postReview(context: ServiceContext, request: Request, id: string): Promise<Response> {
  const officer = await officerOf(context, request, ['reviewer', 'privacy']);
  const n = parse(recordOrderSchema, id, 'number of the access');
  const body = await readBody(request, MAX_REVIEW_BODY_BYTES);
  const review = parseJson(reviewSchema, body, 'review');
  const refusal = await context.commit(tx => takeReview(tx, context, officer, { n, review }));
  if (refusal) throw refusal;
  return new Response(null, { status: 204 });
}

interface ReviewedAccess {
  readonly n: number;
  readonly review: Review;
}

/** @returns a refusal that is on record; one that is thrown is not */
async function takeReview(
  tx: ServiceTransaction,
  { limiter }: ServiceContext,
  officer: Officer,
  { n, review }: ReviewedAccess,
): Promise<ServiceRefusal | undefined> {
  const tenant = officer.tenant.id;
  const access = await openings(tx.db, tenant).where('store_order', '=', n).executeTakeFirst();
  if (!access) throw new ServiceRefusal('not_found', 'There is no such access.');
  if (access.actor === officer.claims.sub) {
    if (limiter.admit(JSON.stringify(['review', tenant, access.actor]), tx.now))
      await limiter.record(tx, recordOf(officer, access, 'review.refused', { code: 'not_permitted' }));
    return new ServiceRefusal('not_permitted', 'Nobody reviews their own access: someone else has to.');
  }
  const row = { outcome: review.outcome, reviewed_at: tx.now };
  await tx.db
    .insertInto('review')
    .values({ tenant, n, ...row })
    .onConflict(conflict => conflict.columns(['tenant', 'n']).doUpdateSet(row))
    .execute();
  const { subject, content } = recordOf(officer, access, 'review.done', review);
  await tx.audit.append(subject, content);
  return undefined;
}

function recordOf(
  { tenant, claims }: Officer,
  { store_order: n, chain, actor: person, unit, patient, call }: OpeningRow,
  type: 'review.done' | 'review.refused',
  found: Readonly<Record<string, string>>,
): Refusal {
  const { sub, name, role } = claims;
  const subject = tenantSubject(tenant.id, { actor: sub, unit, patient, call });
  const body = { n, sid: chain === '' ? null : chain, person, name, role, ...found };
  return { subject, content: { type, body } };
}
