import {
  type AuditFault,
  type AuditRecord,
  AuditVerifier,
  type Checkpoint,
  recordHash,
} from '@secure-call/protocol';
import { beforeAll, describe, expect, test } from 'vitest';
import { SeededRandom } from '../../redteam/seeded-random.ts';
import { runs } from '../../support/run-counts.ts';
import { auditLog, headsOf, LOG_TENANT, rewritten } from './audit-log.ts';

const SIZES = [7, 16, 24];
const LAST = 24;

let log: AuditRecord[];
let heads: Checkpoint[];
beforeAll(async () => {
  // Three records are newer than the last checkpoint.
  log = await auditLog(LAST + 3);
  heads = await headsOf(log, SIZES);
});

/** Verifies a whole log. @returns the verifier and what it found */
async function verify(records: readonly AuditRecord[], checkpoints = heads) {
  const verifier = new AuditVerifier(LOG_TENANT, checkpoints);
  let fault: AuditFault | undefined;
  for (const record of records) {
    fault = await verifier.add(record);
    if (fault) break;
  }
  fault ??= verifier.end();
  return { fault, size: verifier.size, confirmed: verifier.confirmed };
}

const faultIn = async (records: readonly AuditRecord[]): Promise<AuditFault | undefined> =>
  (await verify(records)).fault;

const at = (place: number): AuditRecord => log[place] as AuditRecord;

test('the log as it was written holds, and how much of it checkpoints cover is told', async () => {
  expect(await verify(log)).toEqual({ fault: undefined, size: LAST + 3, confirmed: LAST });
  expect(await verify(log, heads.toReversed())).toMatchObject({ fault: undefined, confirmed: LAST });
  expect(await verify(log, [])).toMatchObject({ fault: undefined, confirmed: 0 });
});

test('so does one whose bodies retention has deleted', async () => {
  const bare = log.map(record => ({ ...record, body: null, salt: null }));
  expect(await faultIn(bare)).toBeUndefined();
  const other = { ...at(5), body: { other: true }, salt: null };
  expect(await faultIn(log.with(5, other))).toEqual({ n: 5, why: 'record' });
});

test('content that is gone before its time is a fault, and what is old enough is counted', async () => {
  // Records are a second apart from 1970 on.
  const verifier = new AuditVerifier(LOG_TENANT, heads, Date.UTC(1975, 0, 1, 0, 0, 10));
  for (const record of log.slice(0, 10))
    expect(await verifier.add({ ...record, body: null, salt: null })).toBeUndefined();
  expect(verifier.deleted).toBe(10);
  expect(await verifier.add({ ...at(10), body: null, salt: null })).toEqual({ n: 10, why: 'deleted' });
  expect(await verifier.add(at(10))).toBeUndefined();
  expect(verifier.deleted).toBe(10);
});

test('a log of another tenant is not this one', async () => {
  const other = await rewritten(log.map(record => ({ ...record, tenant: 'region-y' })));
  expect(await faultIn(other)).toEqual({ n: 0, why: 'record' });
});

test('two checkpoints of one size that differ are a fault, whichever is the right one', async () => {
  const [first, second] = heads as [Checkpoint, Checkpoint];
  const forked = [...heads, { size: second.size, root: first.root }];
  expect((await verify(log, forked)).fault).toEqual({ n: 7, through: 15, why: 'checkpoint' });
  expect((await verify(log, forked.toReversed())).fault).toEqual({ n: 7, through: 15, why: 'checkpoint' });
});

/** One change to each field. */
const edits: readonly ((record: AuditRecord) => Partial<AuditRecord>)[] = [
  () => ({ tenant: 'region-y' }),
  ({ sid }) => ({ sid: sid === null ? 'session-9' : null }),
  ({ seq }) => ({ seq: seq + 1 }),
  () => ({ receivedAt: '2020-01-01T00:00:00.000Z' }),
  () => ({ author: 'client' }),
  () => ({ type: 'review.done' }),
  () => ({ actor: 'someone else' }),
  () => ({ actor: null }),
  () => ({ unit: 'unit-9' }),
  () => ({ patient: 'p' }),
  () => ({ call: 'c' }),
  ({ body }) => ({ body: [body] }),
  () => ({ body: null }),
  () => ({ salt: 'A'.repeat(22) }),
  () => ({ salt: 'no salt' }),
  () => ({ bodyHash: 'A'.repeat(43) }),
  () => ({ prev: 'A'.repeat(43) }),
  () => ({ hash: 'A'.repeat(43) }),
];

type Attack = (random: SeededRandom, place: number) => [AuditRecord[], number, AuditFault['why']];

/** What is done at a place, and how it is told. */
const attacks: readonly Attack[] = [
  (random, place) => {
    const edit = edits[random.below(edits.length)] as (typeof edits)[number];
    return [log.with(place, { ...at(place), ...edit(at(place)) }), place, 'record'];
  },
  (_, place) => [log.toSpliced(place, 1), place, place === log.length - 1 ? 'missing' : 'order'],
  (random, place) => {
    const other = (place + 1 + random.below(log.length - 1)) % log.length;
    return [log.with(place, at(other)).with(other, at(place)), Math.min(place, other), 'order'];
  },
  (random, place) => {
    const behind = place + random.below(log.length - place);
    return [log.toSpliced(behind + 1, 0, at(place)), behind + 1, 'order'];
  },
  (_, place) => [log.slice(0, place), place, 'missing'],
];

test('1,000 logs in which a record was edited, deleted, swapped, repeated or cut off: each is named', async () => {
  for (let seed = 0; seed < runs(1000); seed += 1) {
    const random = new SeededRandom(seed);
    const attack = attacks[seed % attacks.length] as Attack;
    // What is newer than the last checkpoint may be cut off unseen.
    const [records, n, why] = attack(random, random.below(LAST));
    expect([seed, await faultIn(records)]).toEqual([seed, { n, why }]);
  }
}, 120_000);

describe('whoever computes everything anew but has no key', () => {
  const covering = (n: number): AuditFault => {
    const size = SIZES.find(candidate => candidate > n) as number;
    return { n: SIZES[SIZES.indexOf(size) - 1] ?? 0, through: size - 1, why: 'checkpoint' };
  };

  test('is found out by the first checkpoint behind any record that was edited', async () => {
    for (let place = 0; place < LAST; place += 1) {
      const forged = await rewritten(log.with(place, { ...at(place), actor: 'someone else' }));
      expect((await verify(forged, [])).fault).toBeUndefined();
      expect(await faultIn(forged)).toEqual(covering(place));
    }
  });

  test('or left out, moved or repeated', async () => {
    for (let place = 0; place < LAST - 1; place += 1) {
      const deleted = await rewritten(log.toSpliced(place, 1));
      const moved = await rewritten(log.with(place, at(place + 1)).with(place + 1, at(place)));
      const repeated = await rewritten(log.toSpliced(place + 1, 0, at(place)));
      expect(await faultIn(deleted)).toEqual(covering(place));
      expect(await faultIn(moved)).toEqual(covering(place));
      expect(await faultIn(repeated)).toEqual(covering(place + 1));
    }
  });

  test('or given another number only', async () => {
    // They are of different chains, so that each is what it was.
    const swapped = log.with(3, { ...at(4), n: 3 }).with(4, { ...at(3), n: 4 });
    expect((await verify(swapped, [])).fault).toBeUndefined();
    expect(await faultIn(swapped)).toEqual(covering(3));
  });
});

test('a record that does not follow in its chain is named, even where its hash and number are right', async () => {
  const edited = { ...at(6), actor: 'someone else' };
  const [forged] = (await rewritten(log.with(6, edited))).slice(6, 7) as [AuditRecord];
  // 9 is the next in the tenant's chain.
  expect((await verify(log.with(6, forged), [])).fault).toEqual({ n: 9, why: 'chain' });
  const gone = Array.from(log.toSpliced(6, 1), (record, n) => ({ ...record, n }));
  expect((await verify(gone, [])).fault).toEqual({ n: 8, why: 'chain' });
});

test('a chain counts from 1, even where the hash of a record is right', async () => {
  const second = { ...at(0), seq: 2 };
  const forged = { ...second, hash: await recordHash(second) };
  expect((await verify(log.with(0, forged), [])).fault).toEqual({ n: 0, why: 'chain' });
});
