import { type AudioTrack, segmentSpan } from '@secure-call/protocol';
import type { AudioWindow } from './lease-window.ts';
import type { ServiceTransaction } from './service-context.ts';
import type { Policy } from './service-options.ts';

/** Who is paced: one person at one call, however many sessions they open. */
export interface Listener {
  readonly tenant: string;
  readonly iss: string;
  readonly sub: string;
  readonly call: string;
}

/** Finds a listener's allowance, a full one for a new listener. @returns its id */
export async function findPace(tx: ServiceTransaction, listener: Listener, policy: Policy): Promise<number> {
  await tx.db
    .insertInto('pace')
    .values({ ...listener, seconds_left: policy.bucketSeconds, updated_at: tx.now })
    .onConflict(conflict => conflict.doNothing())
    .execute();
  const { tenant, iss, sub, call } = listener;
  const { id } = await tx.db
    .selectFrom('pace')
    .select('id')
    .where('tenant', '=', tenant)
    .where('iss', '=', iss)
    .where('sub', '=', sub)
    .where('call', '=', call)
    .executeTakeFirstOrThrow();
  return id;
}

export interface Charge {
  readonly paceId: number;
  readonly rev: number;
  readonly track: AudioTrack;
  readonly window: AudioWindow;
  /** Seconds of the recording per second of wall time. */
  readonly rate: number;
}

/**
 * Takes a window's seconds from a listener's allowance; what they unlocked within the last hour is free.
 * @returns undefined when it was taken, or after how many seconds there will be enough; nothing is taken then
 */
export async function chargeWindow(
  tx: ServiceTransaction,
  policy: Policy,
  { paceId, rev, track, window, rate }: Charge,
): Promise<number | undefined> {
  // Locks the allowance: what else a listener unlocks at this moment, in whichever session, is seen or waits.
  const { left, asOf } = await secondsLeft(tx, policy, paceId, rate);
  const free = await recentlyUnlocked(tx, policy, paceId, rev);
  let seconds = 0;
  for (let index = window.firstIndex; index <= window.lastIndex; index += 1) {
    const span = segmentSpan(track, index);
    if (!free.some(({ first, last }) => index >= first && index <= last)) seconds += span.to - span.from;
  }
  if (seconds > left) return Math.max(1, Math.ceil((Math.min(seconds, policy.bucketSeconds) - left) / rate));
  await tx.db
    .updateTable('pace')
    .set({ seconds_left: left - seconds, updated_at: asOf })
    .where('id', '=', paceId)
    .execute();
  return undefined;
}

async function secondsLeft(
  tx: ServiceTransaction,
  policy: Policy,
  paceId: number,
  rate: number,
): Promise<{ readonly left: number; readonly asOf: number }> {
  const pace = await tx.db
    .selectFrom('pace')
    .select(['seconds_left', 'updated_at'])
    .where('id', '=', paceId)

    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  // A clock that was set back must neither take anything away nor count the same seconds twice.
  const asOf = Math.max(tx.now, pace.updated_at);
  const elapsedSeconds = (asOf - pace.updated_at) / 1000;
  return { left: Math.min(policy.bucketSeconds, pace.seconds_left + elapsedSeconds * rate), asOf };
}

interface Span {
  readonly first: number;
  readonly last: number;
}

async function recentlyUnlocked(
  tx: ServiceTransaction,
  policy: Policy,
  paceId: number,
  rev: number,
): Promise<Span[]> {
  const rows = await tx.db
    .selectFrom('lease')
    .select(['first_index', 'last_index'])
    .where('pace_id', '=', paceId)
    .where('rev', '=', rev)
    .where('issued_at', '>', tx.now - policy.freeSeconds * 1000)
    .execute();
  return rows.flatMap(({ first_index: first, last_index: last }) =>
    first === null || last === null ? [] : [{ first, last }],
  );
}
