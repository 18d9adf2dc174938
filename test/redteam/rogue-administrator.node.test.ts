import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AuditRecord,
  type Checkpoint,
  firstBrokenRecord,
  openCheckpoint,
  SecureCallError,
} from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rewritten } from '../unit/protocol/audit-log.ts';
import { asAdministrator, withoutGuard } from '../unit/server/administrator.ts';
import {
  checkpointsOf,
  type Exported,
  faultIn,
  fetchCheckpoint,
  fetchExport,
  pinnedVerifier,
} from '../unit/server/auditor.ts';
import type { FollowedRecord } from '../unit/server/browser.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';

let service: TestService;
let sid: string;
let genuine: AuditRecord[];

beforeEach(async () => {
  service = await TestService.start();
  const call = await service.registerCall();
  const browser = await service.browser();
  const session = await browser.openSession(await service.grant(grantInput(call, browser)));
  sid = session.session;
  const chain = browser.events(session);
  const events: string[] = [];
  for (let position = 0; position < 8; position += 1)
    events.push((await chain.sign({ type: 'player.ready', position }, new Date(), position)).jws);
  await browser.lease(session, { leaseSeq: 1, from: 12, events });
  await browser.lease(session, { leaseSeq: 2, from: 24 });
  genuine = await ownRecords();
});
afterEach(() => service.stop());

const ownRecords = async (): Promise<AuditRecord[]> =>
  (await service.records(`?sid=${sid}`)).map(({ order: _order, ...record }: FollowedRecord) => record);

describe('records as an auditor gets them', () => {
  test('the genuine ones hold', async () => {
    expect(genuine.length).toBeGreaterThan(10);
    expect(await firstBrokenRecord(genuine)).toBeUndefined();
  });

  test('any changed field of any record is named', async () => {
    for (const [place, record] of genuine.entries()) {
      const changes: Partial<AuditRecord>[] = [
        { tenant: 'region-y' },
        { sid: 'A'.repeat(22) },
        { seq: record.seq + 1 },
        { receivedAt: '2020-01-01T00:00:00.000Z' },
        { author: record.author === 'client' ? 'server' : 'client' },
        { type: 'log.read' },
        { actor: 'nurse-2' },
        { actor: null },
        { unit: 'unit-2' },
        { patient: 'A'.repeat(43) },
        { call: 'A'.repeat(22) },
        { body: { nothing: true } },
        { salt: 'A'.repeat(22) },
        { prev: 'A'.repeat(43) },
        { hash: 'A'.repeat(43) },
      ];
      for (const change of changes) {
        const chain = genuine.with(place, { ...record, ...change });
        expect([place, change, await firstBrokenRecord(chain)]).toEqual([place, change, place]);
      }
    }
  });

  test('a record that is left out, repeated or moved is named', async () => {
    for (let place = 0; place < genuine.length - 1; place += 1) {
      expect(await firstBrokenRecord(genuine.toSpliced(place, 1))).toBe(place);
      const record = genuine[place] as AuditRecord;
      expect(await firstBrokenRecord(genuine.toSpliced(place, 0, record))).toBe(place + 1);
      for (let other = place + 1; other < genuine.length; other += 1) {
        const swapped = genuine.with(place, genuine[other] as AuditRecord).with(other, record);
        expect(await firstBrokenRecord(swapped)).toBe(place);
      }
    }
  });
});

describe('at the database', () => {
  test('changing and deleting are refused', async () => {
    for (const statement of [
      "update audit set actor = 'nobody'",
      'update audit set body = body',
      'delete from audit',
      "delete from audit where chain <> ''",
    ])
      await expect(asAdministrator(service, statement)).rejects.toThrow('append-only');
    expect(await ownRecords()).toEqual(genuine);
  });

  test('whoever takes the guard away is found out by the chain', async () => {
    await asAdministrator(
      service,
      ...withoutGuard(service),
      `update audit set actor = 'nurse-2' where chain = '${sid}' and seq = 4`,
    );
    expect(await firstBrokenRecord(await ownRecords())).toBe(3);
  });

  test('so is whoever deletes a record', async () => {
    await asAdministrator(
      service,
      ...withoutGuard(service),
      `delete from audit where chain = '${sid}' and seq = 6`,
    );
    expect(await firstBrokenRecord(await ownRecords())).toBe(5);
  });
});

describe('whoever takes the guard away and computes everything anew, but for what was kept elsewhere', () => {
  let elsewhere: Checkpoint;
  let before: Exported;
  beforeEach(async () => {
    await mkdir(join(service.folder, 'elsewhere'));
    await (await checkpointsOf(service, { folder: join(service.folder, 'elsewhere') })).make();
    elsewhere = await fetchCheckpoint(service);
    before = await fetchExport(service);
    expect(before.records).toHaveLength(elsewhere.size);
  });

  /** Puts other records, with right hashes, in the place of those in the database, and removes its checkpoints. */
  async function replaceRecords(records: readonly AuditRecord[]): Promise<void> {
    const values = (await rewritten(records)).map(record => {
      const fields = [
        record.tenant,
        record.sid ?? '',
        record.seq,
        record.receivedAt,
        record.author,
        record.type,
      ];
      const about = [record.actor, record.unit, record.patient, record.call, JSON.stringify(record.body)];
      return [...fields, ...about, record.salt, record.bodyHash, record.prev, record.hash]
        .map(literal)
        .join(',');
    });
    await asAdministrator(
      service,
      ...withoutGuard(service),
      'delete from audit',
      'delete from audit_node',
      'delete from checkpoint',
      `insert into audit (tenant, chain, seq, received_at, author, type, actor, unit, patient, call, body, salt,
        body_hash, prev, hash) values ${values.map(row => `(${row})`).join(',')}`,
    );
  }

  const literal = (value: string | number | null): string =>
    typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

  /** Of a log that looks right without it. */
  async function expectFoundOut(why: 'checkpoint' | 'missing'): Promise<void> {
    const { records, checkpoint } = await fetchExport(service);
    const own = await openCheckpoint(checkpoint ?? '', await pinnedVerifier(service));
    expect(await faultIn(records, [own])).toBeUndefined();
    expect(await faultIn(records, [own, elsewhere])).toMatchObject({ why });
  }

  test('is found out by a checkpoint that an auditor has, even if the service signs the forgery', async () => {
    const [first, ...rest] = before.records as [AuditRecord, ...AuditRecord[]];
    for (const [forgery, why] of [
      [[first, ...rest.map(record => Object.assign({ ...record }, { actor: 'nurse-2' }))], 'checkpoint'],
      [[first, ...rest.slice(1)], 'missing'],
      [before.records.slice(0, -1), 'missing'],
    ] as const) {
      await replaceRecords(forgery);
      await (await checkpointsOf(service)).make();
      await expectFoundOut(why);
    }
  });

  test('gets no checkpoint at all from a service that keeps its own elsewhere', async () => {
    const forged = Array.from(before.records, record => Object.assign({ ...record }, { actor: 'nurse-2' }));
    await replaceRecords(forged);
    const keeper = await checkpointsOf(service, { folder: join(service.folder, 'elsewhere') });
    const failure = { event: 'checkpoint.failed', code: 'checkpoint_invalid' };
    const failures = () => service.log.filter(({ event }) => event === 'checkpoint.failed');
    await keeper.make();
    expect(failures()).toEqual([failure]);
    await expect(fetchCheckpoint(service)).rejects.toThrow(SecureCallError);
    // Another one, that keeps none elsewhere, signs the forgery.
    await (await checkpointsOf(service)).make();
    expect(await fetchCheckpoint(service)).toMatchObject({ size: elsewhere.size });
    await keeper.make();
    expect(failures()).toEqual([failure, failure]);
    expect(await readdir(join(service.folder, 'elsewhere', 'log-region-x'))).toHaveLength(1);
  });

  test('cannot have the tree go on from another one, even if all that is elsewhere is lost', async () => {
    await asAdministrator(
      service,
      ...withoutGuard(service),
      `update audit_node set hash = '${'A'.repeat(43)}' where place = 0`,
    );
    await (await checkpointsOf(service)).make();
    expect(service.log).toMatchObject([{ event: 'checkpoint.failed', code: 'checkpoint_invalid' }]);
    expect(await fetchCheckpoint(service)).toEqual(elsewhere);
  });
});
