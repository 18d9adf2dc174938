import type { Kysely } from 'kysely';
import type { Access } from './accesses.ts';
import { DRAW_RANGE, type KeyedDraws } from './keyed-draws.ts';
import type { ReviewFacts } from './review-rules.ts';
import type { Schema } from './schema.ts';

const DAY_MS = 24 * 3600 * 1000;

const ACCESS_TYPES = ['grant.redeemed', 'grant.refused'];
const REFUSAL_TYPES = ['grant.refused', 'lease.refused'];

/** Something a person did. */
interface Deed {
  readonly n: number;
  readonly person: string | null;
  readonly type: string;
  readonly at: string;
}

/**
 * What the same people did in the days before these accesses.
 * @returns the facts of an access, which must be one of them
 */
export async function reviewFacts(
  db: Kysely<Schema>,
  tenant: string,
  accesses: readonly Access[],
  draws: KeyedDraws,
): Promise<(access: Access) => Promise<ReviewFacts>> {
  const deeds = accesses.length === 0 ? [] : await deedsAround(db, tenant, accesses);
  return async access => {
    const since = dayBefore(access.startedAt);
    const own = deeds.filter(({ n, person, at }) => person === access.person && n <= access.n && at > since);
    return {
      accesses: own.filter(({ type }) => ACCESS_TYPES.includes(type)).length,
      refusals: own.filter(({ n, type }) => n < access.n && REFUSAL_TYPES.includes(type)).length,
      draw: (await draws.at(access.n)) / DRAW_RANGE,
    };
  };
}

function deedsAround(db: Kysely<Schema>, tenant: string, accesses: readonly Access[]): Promise<Deed[]> {
  const times = accesses.map(({ startedAt }) => startedAt).sort();
  return db
    .selectFrom('audit')
    .select(['store_order as n', 'actor as person', 'type', 'received_at as at'])
    .where('tenant', '=', tenant)
    .where('type', 'in', [...new Set([...ACCESS_TYPES, ...REFUSAL_TYPES])])
    .where('actor', 'in', [...new Set(accesses.map(({ person }) => person))])
    .where('received_at', '>', dayBefore(times.at(0) ?? ''))
    .where('received_at', '<=', times.at(-1) ?? '')
    .execute();
}

const dayBefore = (time: string): string => new Date(Date.parse(time) - DAY_MS).toISOString();
