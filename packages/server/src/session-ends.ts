import * as v from 'valibot';
import type { SessionEnd } from './schema.ts';
import type { ServiceTransaction } from './service-context.ts';
import type { FinalPush, SessionPushes } from './session-pushes.ts';
import type { Store } from './store.ts';

/** What a player is told about the end of its session; a player that closed it itself needs no telling. */
export const pushAfter: Readonly<Record<SessionEnd, FinalPush>> = {
  closed: undefined,
  revoked: 'revoked',
  expired: 'expired',
  erased: 'erased',
};

const endSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ ended: v.string(), why: v.picklist(['closed', 'revoked', 'expired', 'erased']) }),
);
type SessionEnded = v.InferOutput<typeof endSchema>;

/** Tells every service on the same database that a session is over, once that is durable. */
export function announceEnd(
  { announce }: Pick<ServiceTransaction, 'announce'>,
  sid: string,
  why: SessionEnd,
): void {
  announce(JSON.stringify({ ended: sid, why } satisfies SessionEnded));
}

/**
 * Brings the ends of sessions to their streams in this process, whichever service ended them. After a break in which some may
 * have been missed every stream ends: players open them again, and so look at the store.
 * @returns a function that stops listening
 */
export function hearSessionEnds(store: Store, pushes: SessionPushes): () => void {
  return store.subscribe(message => {
    if (message === undefined) return pushes.endAll();
    const { success, output } = v.safeParse(endSchema, message);
    // Another version may announce what this one does not know.
    if (success) pushes.end(output.ended, pushAfter[output.why]);
  });
}
