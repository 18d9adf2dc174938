import { type AudioTrack, segmentSpan } from '@secure-call/protocol';
import type { LeaseRow } from './lease-keys.ts';
import type { AudioWindow } from './lease-window.ts';
import { PreparedQuery } from './prepared-query.ts';
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

/** A listener's allowance, read under lock: what else they unlock at this moment, in whichever session, is seen or waits. */
export interface Pace {
  readonly id: number;
  readonly seconds_left: number;
  readonly updated_at: number;
}

export async function lockPace({ db }: ServiceTransaction, id: number): Promise<Pace> {
  const [pace] = await lockedPace.rows(db, { id });
  if (!pace) throw new RangeError('There is no such allowance.');
  return pace;
}

const lockedPace = new PreparedQuery<{ id: number }, Pace>((db, { id }) =>
  db.selectFrom('pace').select(['id', 'seconds_left', 'updated_at']).where('id', '=', id).forNoKeyUpdate(),
);

export interface Charge {
  readonly pace: Pace;
  readonly track: AudioTrack;
  readonly window: AudioWindow;
  /** Of this listener and this packaging: those that may hold what is free, among others. */
  readonly leases: readonly LeaseRow[];
  /** Seconds of the recording per second of wall time. */
  readonly rate: number;
}

/**
 * Takes a window's seconds from a listener's allowance; what they unlocked within the last hour is free.
 * @returns undefined when it was taken, or after how many seconds there will be enough; nothing is taken then
 */
export function chargeWindow(tx: ServiceTransaction, policy: Policy, charge: Charge): number | undefined {
  const { pace, track, window, rate } = charge;
  const { left, asOf } = secondsLeft(tx, policy, pace, rate);
  const since = tx.now - policy.freeSeconds * 1000;
  const free = charge.leases.filter(lease => lease.issued_at > since);
  let seconds = 0;
  for (let index = window.firstIndex; index <= window.lastIndex; index += 1) {
    const span = segmentSpan(track, index);
    if (!free.some(lease => holds(lease, index))) seconds += span.to - span.from;
  }
  if (seconds > left) return Math.max(1, Math.ceil((Math.min(seconds, policy.bucketSeconds) - left) / rate));
  tx.write(savedPace.with(tx.db, { id: pace.id, seconds_left: left - seconds, updated_at: asOf }));
  return undefined;
}

/** Without audio a lease holds no segment of it: no number is beside NaN. */
const holds = ({ first_index: first, last_index: last }: LeaseRow, index: number): boolean =>
  (first ?? Number.NaN) <= index && index <= (last ?? Number.NaN);

const savedPace = new PreparedQuery<Pace>((db, { id, seconds_left, updated_at }) =>
  db.updateTable('pace').set({ seconds_left, updated_at }).where('id', '=', id),
);

function secondsLeft(
  tx: ServiceTransaction,
  policy: Policy,
  pace: Pace,
  rate: number,
): { readonly left: number; readonly asOf: number } {
  // A clock that was set back must neither take anything away nor count the same seconds twice.
  const asOf = Math.max(tx.now, pace.updated_at);
  const elapsedSeconds = (asOf - pace.updated_at) / 1000;
  return { left: Math.min(policy.bucketSeconds, pace.seconds_left + elapsedSeconds * rate), asOf };
}
