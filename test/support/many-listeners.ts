import { randomBytes } from '@secure-call/protocol';
import type { Store } from '@secure-call/server';

/**
 * Adds people to the record who had the same keys as someone: their sessions and leases are like that one's but for the person.
 * @param count - they are called "nurse-2", "nurse-3" and so on
 */
export async function addListeners(store: Store, sid: string, count: number): Promise<void> {
  await store.transaction(async db => {
    const like = await db.selectFrom('session').selectAll().where('sid', '=', sid).executeTakeFirstOrThrow();
    const leases = await db.selectFrom('lease').selectAll().where('sid', '=', sid).execute();
    for (let other = 2; other <= count + 1; other += 1) {
      const own = { sid: `${sid}-${other}`, sub: `nurse-${other}`, grant_jti: `grant-${sid}-${other}` };
      const mark = { watermark_id: new DataView(randomBytes(4).buffer).getUint32(0) };
      await db
        .insertInto('session')
        .values({ ...like, ...own, ...mark })
        .execute();
      for (const lease of leases)
        await db
          .insertInto('lease')
          .values({ ...lease, sid: own.sid })
          .execute();
    }
  });
}
