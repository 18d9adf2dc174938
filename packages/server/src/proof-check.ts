import {
  type ProvenMethod,
  type ProvenRequest,
  ServiceRefusal,
  verifyProvenRequest,
} from '@secure-call/protocol';
import type { CompiledQuery, QueryResult } from 'kysely';
import { PreparedQuery } from './prepared-query.ts';
import type { ProofTable } from './schema.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';

/** A proof whose nonce is good; `spendProof` makes sure that it is used once. */
export interface FreshProof extends ProvenRequest {
  /** When its nonce stops being good, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Verifies a proven request that needs a nonce.
 * @param path - of the endpoint, below the public URL
 * @throws {ServiceRefusal} `use_dpop_nonce` with a fresh nonce
 * @throws {SecureCallError} `request_invalid` or `proof_invalid`
 */
export async function checkProof(
  context: ServiceContext,
  body: string,
  path: string,
  method: ProvenMethod = 'POST',
): Promise<FreshProof> {
  const proven = await verifyProvenRequest(body, `${context.publicUrl}${path}`, method, context.primitives);
  const now = context.now();
  const expiresAt = context.nonces.expiryOf(proven.nonce ?? '', now);
  if (expiresAt !== undefined) {
    await context.spentProofs.sweep(now);
    return { ...proven, expiresAt };
  }
  throw new ServiceRefusal('use_dpop_nonce', 'The proof needs a fresh nonce.', {
    nonce: context.nonces.issue(now),
  });
}

/**
 * Uses up a proof, in the transaction of what it permits: one that is rolled back may be sent again.
 * @throws {ServiceRefusal} `proof_invalid` when it was used before
 */
export async function spendProof({ db }: ServiceTransaction, proof: FreshProof): Promise<void> {
  assertSpent(await db.executeQuery(spendingOf(db, proof)));
}

/** What uses up a proof. */
export const spendingOf = (
  db: ServiceTransaction['db'],
  { jkt, jti, expiresAt }: FreshProof,
): CompiledQuery => spending.with(db, { jkt, jti, expires_at: expiresAt });

const spending = new PreparedQuery<ProofTable>((db, { jkt, jti, expires_at }) =>
  db
    .insertInto('proof')
    .values({ jkt, jti, expires_at })
    .onConflict(conflict => conflict.doNothing()),
);

/** @param result - of `spendingOf` @throws {ServiceRefusal} `proof_invalid` when it was used before */
export function assertSpent({ numAffectedRows }: Partial<QueryResult<unknown>> = {}): void {
  if (numAffectedRows !== 1n) throw new ServiceRefusal('proof_invalid', 'The proof was used before.');
}
