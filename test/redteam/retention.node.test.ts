import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asAdministrator, withoutGuard } from '../unit/server/administrator.ts';
import { checkpointsOf, faultIn, fetchExport } from '../unit/server/auditor.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';

const YEAR_SECONDS = 365.25 * 24 * 3600;

let service: TestService;
/** Of the oldest record, and of the newest. */
let old: number;
let young: number;
beforeEach(async () => {
  service = await TestService.start();
  service.clock.advanceSeconds(-5.1 * YEAR_SECONDS);
  await listen();
  service.clock.advanceSeconds(0.2 * YEAR_SECONDS);
  await listen();
  service.clock.advanceSeconds(4.9 * YEAR_SECONDS);
  const records = await service.records();
  old = records[0]?.order ?? 0;
  // 4.9 years.
  young = records.at(-1)?.order ?? 0;
});
afterEach(() => service.stop());

async function listen(): Promise<void> {
  const call = await service.registerCall();
  const browser = await service.browser();
  await browser.openSession(await service.grant(grantInput(call, browser)));
}

const refused = (...statements: string[]): Promise<void> =>
  expect(asAdministrator(service, ...statements)).rejects.toThrow();

describe('at the database', () => {
  test('body and salt of an old record may go, together and once', async () => {
    await asAdministrator(service, `update audit set body = null, salt = null where store_order = ${old}`);
    await refused(`update audit set body = null, salt = null where store_order = ${old}`);
    await refused(`update audit set body = '{}', salt = 'A' where store_order = ${old}`);
    const [record] = await service.records();
    expect(record).toMatchObject({ body: null, salt: null });
  });

  test('nothing else of it may change with them', async () => {
    const changes = [
      'body = null',
      'salt = null',
      "body = '{}'",
      "body = '{}', salt = null",
      'body = body',
      'tenant = tenant',
      ...[
        "tenant = 'region-y'",
        "chain = 'x'",
        'seq = seq + 1000',
        "received_at = '2001-01-01T00:00:00.000Z'",
        "author = 'client'",
        "type = 'log.read'",
        "actor = 'nobody'",
        "unit = 'x'",
        "patient = 'x'",
        "call = 'x'",
        "body_hash = 'x'",
        "prev = 'x'",
        "hash = 'x'",
      ].flatMap(change => [change, `body = null, salt = null, ${change}`]),
    ];
    if ('path' in service.location) changes.push('body = null, salt = null, store_order = 99999');
    for (const change of changes) await refused(`update audit set ${change} where store_order = ${old}`);
    for (const statement of ['delete from audit', `delete from audit where store_order = ${old}`])
      await refused(statement);
    expect((await service.records())[0]?.body).not.toBeNull();
  });

  test('a younger record keeps them, alone or among old ones', async () => {
    const deletion = 'update audit set body = null, salt = null';
    await refused(`${deletion} where store_order = ${young}`);
    await refused(deletion);
    await refused(`${deletion} where store_order in (${old}, ${young})`);
    expect((await service.records()).every(({ salt }) => salt !== null)).toBe(true);
  });

  test('a record cannot be made older than it is', async () => {
    await refused(
      `update audit set received_at = '2001-01-01T00:00:00.000Z' where store_order = ${young}`,
      `update audit set body = null, salt = null where store_order = ${young}`,
    );
  });
});

test('whoever takes the guard away and deletes what is younger is found out, by the first record', async () => {
  await (await checkpointsOf(service)).make();
  const deletion = 'update audit set body = null, salt = null where store_order';
  await asAdministrator(service, ...withoutGuard(service), `${deletion} = ${young}`, `${deletion} = ${old}`);
  const n = (await service.records()).find(({ order }) => order === young)?.n;
  const { records } = await fetchExport(service);
  // The old one's content might have gone by itself.
  expect(records[0]).toMatchObject({ n: 0, salt: null });
  expect(await faultIn(records, [])).toEqual({ n, why: 'deleted' });
});
