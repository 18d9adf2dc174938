import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openErasure, type PushMessage } from '@secure-call/protocol';
import { Erasures, fileArchiveKeys } from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hearErasures } from '../../../packages/server/src/call-erasure.ts';
import { OpenedCalls } from '../../../packages/server/src/opened-calls.ts';
import { until } from '../../support/until.ts';
import { pinnedVerifier } from './auditor.ts';
import { LineReader } from './line-reader.ts';
import { expectRefusal, problemOf } from './refusal.ts';
import { OTHER_TENANT, PUBLIC_URL, serviceOptions, TENANT } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let folder: string;
beforeEach(async () => {
  const outside = await TestService.start();
  folder = join(outside.folder, 'outside');
  await outside.stop();
  await mkdir(folder, { recursive: true });
  service = await TestService.start({ erasureFolder: folder });
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

const erase = async ({ call }: Pick<SyntheticCall, 'call'>): Promise<Response> =>
  service.asRole(await service.roleToken('privacy'), `/calls/${call}`, undefined, 'DELETE');
const namesIn = async (tenant: string): Promise<string[]> => readdir(join(folder, `erased-${tenant}`));
const erasuresOf = (): Promise<Erasures> =>
  Erasures.create({
    ...serviceOptions(service.keys, service.store),
    folder,
    log: entry => void service.log.push(entry),
  });
const erased = async () => (await service.records()).filter(({ type }) => type === 'call.erased');

async function openCall(call: SyntheticCall): Promise<unknown> {
  const browser = await service.browser();
  return browser.openSession(await service.grant(grantInput(call, browser)));
}

describe('an erasure', () => {
  test('is signed outside the database before it is answered', async () => {
    const call = await service.registerCall();
    expect((await erase(call)).status).toBe(204);
    expect(await namesIn(TENANT)).toEqual([`${call.call}.txt`]);
    const note = await readFile(join(folder, `erased-${TENANT}`, `${call.call}.txt`), 'utf8');
    const erasedAt = new Date(service.clock.now()).toISOString();
    expect(await openErasure(note, await pinnedVerifier(service))).toEqual({ call: call.call, erasedAt });
    await expect(openErasure(note, await pinnedVerifier(service, OTHER_TENANT))).rejects.toThrow(
      'not signed',
    );
  });

  test('again changes nothing, and is on record once', async () => {
    const call = await service.registerCall();
    for (let times = 0; times < 3; times += 1) expect((await erase(call)).status).toBe(204);
    expect(await erased()).toHaveLength(1);
    expect(await namesIn(TENANT)).toHaveLength(1);
  });

  test('that cannot be kept outside holds in the database, says so, and is kept when it is asked again', async () => {
    const call = await service.registerCall();
    await rename(folder, `${folder}-away`);
    const refusal = await expectRefusal(erase(call), 'audit_unavailable');
    expect(refusal.message).toContain('is erased');
    expect(await problemOf(openCall(call))).toMatchObject({ code: 'call_erased' });
    await rename(`${folder}-away`, folder);
    expect((await erase(call)).status).toBe(204);
    expect(await namesIn(TENANT)).toHaveLength(1);
    expect(await erased()).toHaveLength(1);
  });

  test('of a service that was killed before it was kept outside is kept with the next start', async () => {
    const call = await service.registerCall();
    await rename(folder, `${folder}-away`);
    await erase(call);
    await rename(`${folder}-away`, folder);
    await service.restart();
    await service.records();
    expect(await namesIn(TENANT)).toEqual([`${call.call}.txt`]);
  });

  test('drops the key from the memory of every service, and ends what they stream', async () => {
    const other = await service.join();
    const call = await service.registerCall();
    const browser = (await service.browser()).with({ fetch: other.handle });
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    // SQLite tells only the process that it is written in.
    const at = 'url' in service.location ? other.handle : service.fetch;
    const nearby = browser.with({ fetch: at });
    nearby.nonce = session.nonce;
    const stream = new LineReader<PushMessage>(await nearby.prove(`/sessions/${session.session}/stream`, {}));
    expect(await stream.next()).toMatchObject({ type: 'epoch' });
    await erase(call);
    expect(await stream.find(({ type }) => type !== 'epoch')).toMatchObject({ type: 'erased' });
    const refused = browser.with({ fetch: other.handle });
    refused.nonce = session.nonce;
    expect(await problemOf(refused.lease(session, { leaseSeq: 1, from: 12 }))).toMatchObject({
      code: 'call_erased',
    });
    other.stop.abort();
    await other.store.close();
  });

  test('leaves no key of the call in memory, and every other one', async () => {
    const archive = fileArchiveKeys([service.keys.archive.privateJwk]);
    let asked = 0;
    const openedCalls = new OpenedCalls({
      ...archive,
      open: (sealed, binding) => {
        asked += 1;
        return archive.open(sealed, binding);
      },
    });
    const other = await service.join();
    const stop = hearErasures(service.store, openedCalls);
    const [call, bystander] = [await service.registerCall(), await service.registerCall()];
    const rows = await service.store.read(db => db.selectFrom('call').selectAll().execute());
    const open = async (of: SyntheticCall): Promise<number> => {
      const before = asked;
      const row = rows.find(found => found.call === of.call);
      if (row) await openedCalls.open(row, () => Promise.resolve(row), service.clock.now());
      return asked - before;
    };
    expect([await open(call), await open(call), await open(bystander)]).toEqual([1, 0, 1]);
    // At another service, where the store tells others.
    const handle = 'url' in service.location ? other.handle : service.fetch;
    const headers = { authorization: `Bearer ${await service.roleToken('privacy')}` };
    await handle(new Request(`${PUBLIC_URL}/calls/${call.call}`, { method: 'DELETE', headers }));
    // By the row as it was before.
    await until(
      async () => (await open(call)) === 1,
      10_000,
      () => 'the key to be dropped',
    );
    expect(await open(bystander)).toBe(0);
    stop();
    other.stop.abort();
    await other.store.close();
  });

  test('of a call that nobody knows is refused', async () => {
    const { call } = await service.makeCall();
    await expectRefusal(erase({ call }), 'call_unknown');
    await expectRefusal(
      service.asRole(await service.roleToken('auditor'), `/calls/${call}`, undefined, 'DELETE'),
      'not_permitted',
    );
  });
});

describe('with notes that are not the service’s own', () => {
  async function forged(call: string, note: string): Promise<void> {
    await mkdir(join(folder, `erased-${TENANT}`), { recursive: true });
    await writeFile(join(folder, `erased-${TENANT}`, `${call}.txt`), note);
  }

  test('the service answers nothing, says so, and erases nothing', async () => {
    const call = await service.registerCall();
    const other = await service.registerCall();
    await erase(other);
    const genuine = await readFile(join(folder, `erased-${TENANT}`, `${other.call}.txt`), 'utf8');
    for (const note of [
      'rubbish',
      '',
      // Of another call, under this one's name and with it inside.
      genuine,
      genuine.replace(other.call, call.call),
    ]) {
      await service.restart(() => forged(call.call, note));
      await expectRefusal(service.register(call.registration), 'audit_unavailable');
      expect(service.log.at(-1)).toMatchObject({ event: 'failed', code: 'audit_unavailable' });
    }
    await rm(join(folder, `erased-${TENANT}`, `${call.call}.txt`));
    // With the next request it looks again.
    expect(await openCall(call)).toHaveProperty('lease');
  });

  test('while it runs the operator is told', async () => {
    await service.registerCall();
    const erasures = await erasuresOf();
    await forged('A'.repeat(22), 'rubbish');
    await expect(erasures.replay()).rejects.toMatchObject({ code: 'checkpoint_invalid' });
  });
});

test('a folder that is away keeps the service from answering until it is back', async () => {
  const call = await service.registerCall();
  await service.restart(() => rename(folder, `${folder}-away`));
  await expectRefusal(service.register(call.registration), 'audit_unavailable');
  expect(JSON.stringify(service.log)).not.toContain(folder);
  await rename(`${folder}-away`, folder);
  expect(await openCall(call)).toHaveProperty('lease');
});

test('an erasure that another service keeps in the folder is taken over', async () => {
  const call = await service.registerCall();
  const twin = await TestService.start({ erasureFolder: folder });
  const erasures = await Erasures.create({ ...serviceOptions(service.keys, twin.store), folder });
  await erasures.keep(TENANT, call.call);
  await (await erasuresOf()).replay();
  expect(await problemOf(openCall(call))).toMatchObject({ code: 'call_erased' });
  await twin.stop();
});
