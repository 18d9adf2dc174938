import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionAnswer } from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backUp } from '../unit/server/back-up.ts';
import type { Browser } from '../unit/server/browser.ts';
import { expectRefusal, problemOf } from '../unit/server/refusal.ts';
import type { SyntheticCall } from '../unit/server/synthetic-call.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';

let service: TestService;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secure-call-outside-'));
  service = await TestService.start({ erasureFolder: folder });
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

interface Listening {
  readonly browser: Browser;
  readonly session: SessionAnswer;
}

async function listen(call: SyntheticCall): Promise<Listening> {
  const browser = await service.browser();
  return { browser, session: await browser.openSession(await service.grant(grantInput(call, browser))) };
}

async function erase({ call }: SyntheticCall): Promise<void> {
  const token = await service.roleToken('privacy');
  expect((await service.asRole(token, `/calls/${call}`, undefined, 'DELETE')).status).toBe(204);
}

/** Puts a back-up of now in place after `meanwhile`. */
async function goBack(meanwhile: () => Promise<unknown>): Promise<void> {
  let restore = (): Promise<void> => Promise.resolve();
  await service.restart(async () => {
    restore = await backUp(service);
  });
  await meanwhile();
  await service.restart(restore);
}

const erasedRecords = async () => (await service.records()).filter(({ type }) => type === 'call.erased');

describe('a database that was put back to before a call was erased', () => {
  test('does not serve it again, in no session, new or old, and says so in its record', async () => {
    const [call, bystander] = [await service.registerCall(), await service.registerCall()];
    const listening = await listen(call);
    const erasedAt = new Date(service.clock.now()).toISOString();
    await goBack(() => erase(call));
    expect(await problemOf(listen(call))).toMatchObject({ code: 'call_erased', status: 410 });
    // This one is open in the back-up.
    listening.browser.nonce = (await listen(bystander)).session.nonce;
    const lease = listening.browser.lease(listening.session, { leaseSeq: 1, from: 12 });
    expect(await problemOf(lease)).toMatchObject({ code: 'call_erased' });
    expect(await erasedRecords()).toMatchObject([
      { actor: null, call: call.call, body: { replayed: true, erasedAt } },
    ]);
    const types = (await service.records(`?sid=${listening.session.session}`)).map(({ type }) => type);
    expect(types.at(-1)).toBe('session.revoked');
    const rows = await service.store.read(db => db.selectFrom('call').select(['call', 'jwe']).execute());
    expect(rows.find(row => row.call === call.call)?.jwe).toBeNull();
    expect(rows.find(row => row.call === bystander.call)?.jwe).not.toBeNull();
  });

  test('erases it once, however often it is started', async () => {
    const call = await service.registerCall();
    await goBack(() => erase(call));
    await service.restart();
    await service.restart();
    expect(await erasedRecords()).toHaveLength(1);
  });

  test('does not take it again either when it is older than its registration', async () => {
    let call: SyntheticCall | undefined;
    await goBack(async () => {
      call = await service.registerCall();
      await erase(call);
    });
    await expectRefusal(service.register(call?.registration ?? ''), 'call_erased');
    expect(await problemOf(listen(call as SyntheticCall))).toMatchObject({ code: 'call_erased' });
    const again = await service.makeCall(call ? { call: call.call } : {});
    await expectRefusal(service.register(again.registration), 'call_erased');
    expect((await service.store.read(db => db.selectFrom('call').selectAll().execute())).length).toBe(0);
  });

  test('of which only the table of calls was put back', async () => {
    const call = await service.registerCall();
    const before = await service.store.read(db =>
      db.selectFrom('call').selectAll().executeTakeFirstOrThrow(),
    );
    await erase(call);
    await service.restart();
    await service.store.transaction(db => db.updateTable('call').set({ jwe: before.jwe }).execute());
    await service.restart();
    expect(await problemOf(listen(call))).toMatchObject({ code: 'call_erased' });
  });

  test('would serve it without what is kept outside: the control of this test', async () => {
    const call = await service.registerCall();
    await goBack(async () => {
      await erase(call);
      await rm(join(folder, 'erased-region-x'), { recursive: true });
    });
    expect(await listen(call)).toHaveProperty('session');
  });
});
