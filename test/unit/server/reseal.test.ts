import {
  type Bytes,
  generateKey,
  type KeyBinding,
  type KeyPair,
  openSealedKey,
  recipientIds,
  type SealedKey,
} from '@secure-call/protocol';
import {
  type ArchiveKeys,
  externalArchiveKey,
  fileArchiveKeys,
  resealCalls,
  type ResealOptions,
  type ResealReport,
  sealedKeysByRecipient,
  type Store,
  vaultTransitOpener,
} from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KeyHolder, VAULT_TOKEN } from '../../support/key-holder.ts';
import { checkpointsOf, faultIn, fetchExport } from './auditor.ts';
import { problemOf } from './refusal.ts';
import { OTHER_TENANT, TENANT } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let next: KeyPair;
beforeEach(async () => {
  service = await TestService.start();
  next = await generateKey('archive');
});
afterEach(() => service.stop());

const both = (): ArchiveKeys => fileArchiveKeys([next.privateJwk, service.keys.archive.privateJwk]);
const reseal = (changes: Partial<ResealOptions> = {}): Promise<ResealReport> =>
  resealCalls({
    store: service.store,
    archiveKeys: both(),
    target: fileArchiveKeys([next.privateJwk]),
    by: 'operator-1',
    ...changes,
  });

const kidOf = ({ publicJwk }: KeyPair): string => publicJwk.kid ?? '';
const rows = () => service.store.read(db => db.selectFrom('call').selectAll().execute());
type Row = Awaited<ReturnType<typeof rows>>[number];
const bindingOf = ({ tenant, call, rev, manifest_sha256: manifestSha256 }: Row): KeyBinding =>
  ({ tenant, call, rev, manifestSha256 }) as KeyBinding;

/** What a sealed key of the database holds, opened with one private key and no other. */
const opened = (row: Row, column: 'jwe' | 'seed_jwe', { privateJwk }: KeyPair): Promise<Bytes> =>
  openSealedKey(JSON.parse(row[column] ?? '') as SealedKey, bindingOf(row), privateJwk);

async function expectAllHangOn(key: KeyPair, calls: readonly SyntheticCall[]): Promise<void> {
  for (const row of await rows()) {
    const made = calls.find(({ call, rev }) => call === row.call && rev === row.rev);
    if (row.jwe !== null) expect(await opened(row, 'jwe', key)).toEqual(made?.callKey);
    expect(await opened(row, 'seed_jwe', key)).toEqual(made?.watermarkSeed);
  }
  expect([...(await sealedKeysByRecipient(service.store)).keys()]).toEqual([kidOf(key)]);
}

const register = async (count: number): Promise<SyntheticCall[]> => {
  const calls: SyntheticCall[] = [];
  for (let at = 0; at < count; at += 1) calls.push(await service.registerCall());
  return calls;
};

const resealRecords = async () => (await service.records()).filter(({ type }) => type === 'key.resealed');

describe('re-sealing', () => {
  test('puts every call key and every seed under the new key, and the old one is needed for none', async () => {
    const calls = await register(5);
    expect(await reseal({ batch: 2 })).toEqual({ seen: 5, resealed: 5, unopened: 0 });
    await expectAllHangOn(next, calls);
    for (const row of await rows())
      await expect(opened(row, 'jwe', service.keys.archive)).rejects.toThrow('not sealed');
  });

  test('is on the tenant’s chain, which holds', async () => {
    const calls = await register(3);
    const other = await service.registerCall({
      tenant: OTHER_TENANT,
      packager: service.keys.otherPackager.privateJwk,
    });
    await reseal({ batch: 2 });
    const records = await resealRecords();
    expect(records.every(({ sid, actor }) => sid === null && actor === 'operator-1')).toBe(true);
    const told = records.flatMap(
      ({ body }) => (body as { packagings: { call: string; rev: number }[] }).packagings,
    );
    expect(told.map(({ call }) => call).sort()).toEqual(calls.map(({ call }) => call).sort());
    expect(records[0]?.body).toMatchObject({
      by: 'operator-1',
      from: [kidOf(service.keys.archive)],
      to: [kidOf(next)],
    });
    expect(JSON.stringify(records)).not.toContain('encrypted_key');
    const elsewhere = await service.records('', OTHER_TENANT);
    expect(elsewhere.find(({ type }) => type === 'key.resealed')?.body).toMatchObject({
      packagings: [{ call: other.call, rev: 1 }],
    });
    await (await checkpointsOf(service)).make();
    expect(await faultIn((await fetchExport(service)).records, [], TENANT)).toBeUndefined();
  });

  test('again changes and records nothing', async () => {
    await register(3);
    await reseal();
    const before = await rows();
    expect(await reseal()).toEqual({ seen: 3, resealed: 0, unopened: 0 });
    expect(await rows()).toEqual(before);
    expect(await resealRecords()).toHaveLength(1);
  });

  test('that was stopped goes on where it was', async () => {
    const calls = await register(6);
    const stop = new AbortController();
    const stopped = await reseal({ batch: 2, signal: stop.signal, onProgress: () => stop.abort() });
    expect(stopped).toEqual({ seen: 2, resealed: 2, unopened: 0 });
    expect(Object.fromEntries(await sealedKeysByRecipient(service.store))).toEqual({
      [kidOf(service.keys.archive)]: 8,
      [kidOf(next)]: 4,
    });
    expect(await reseal({ batch: 2 })).toEqual({ seen: 6, resealed: 4, unopened: 0 });
    await expectAllHangOn(next, calls);
  });

  test('whose transaction fails leaves everything as it was, the record too', async () => {
    await register(2);
    const before = await rows();
    const failing: Store = {
      ...service.store,
      rowTransaction: work =>
        service.store.rowTransaction(async (db, announce) => {
          await work(db, announce);
          throw new Error('disk I/O error');
        }),
    };
    await expect(reseal({ store: failing })).rejects.toThrow('disk I/O error');
    expect(await rows()).toEqual(before);
    expect(await resealRecords()).toEqual([]);
  });

  test('keeps what an erased call keeps, and brings nothing back', async () => {
    const calls = await register(2);
    const token = await service.roleToken('privacy');
    await service.asRole(token, `/calls/${calls[0]?.call}`, undefined, 'DELETE');
    await reseal();
    await expectAllHangOn(next, calls);
    expect((await rows()).filter(({ jwe }) => jwe === null)).toHaveLength(1);
  });

  test('leaves alone what no key opens, and says so', async () => {
    await register(1);
    const [row] = await rows();
    await service.store.transaction(db =>
      db
        .updateTable('call')
        .set({ manifest_sha256: 'A'.repeat(43) })
        .execute(),
    );
    expect(await reseal()).toEqual({ seen: 1, resealed: 0, unopened: 1 });
    expect((await rows())[0]?.jwe).toBe(row?.jwe);
  });

  test('to a key that does not open what is sealed to it is refused before anything is written', async () => {
    await register(2);
    const before = await rows();
    const elsewhere = await generateKey('archive');
    const target: ArchiveKeys = {
      publicKeys: [{ ...next.publicJwk }],
      open: (sealed, binding) => fileArchiveKeys([elsewhere.privateJwk]).open(sealed, binding),
    };
    await expect(reseal({ target })).rejects.toMatchObject({ code: 'key_invalid' });
    const forgetful: ArchiveKeys = { ...target, open: () => Promise.resolve(new Uint8Array(32)) };
    await expect(reseal({ target: forgetful })).rejects.toMatchObject({ code: 'key_invalid' });
    expect(await rows()).toEqual(before);
  });

  test('to a key that a Vault holds, and back to a file', async () => {
    const calls = await register(2);
    const rsa = await generateKey('archive', 'RSA-OAEP-256');
    const holder = await KeyHolder.vault(rsa);
    const token = async () => VAULT_TOKEN;
    const opener = vaultTransitOpener({ address: holder.url, key: 'archive', token });
    const target = externalArchiveKey({ publicKey: rsa.publicJwk, opener });
    expect(await reseal({ target })).toMatchObject({ resealed: 2 });
    await expectAllHangOn(rsa, calls);
    holder.mood = 'refuses';
    await expect(reseal({ archiveKeys: target })).rejects.toMatchObject({ code: 'archive_unavailable' });
    await expectAllHangOn(rsa, calls);
    holder.mood = 'works';
    expect(await reseal({ archiveKeys: target })).toMatchObject({ resealed: 2 });
    await expectAllHangOn(next, calls);
    await holder.stop();
  });
});

describe('while services run', () => {
  test('leases go on, before and after and in between', async () => {
    const running = await service.join({ archiveKeys: both() });
    const [call] = await register(1);
    if (!call) throw new Error('no call');
    const browser = (await service.browser()).with({ fetch: running.handle });
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    await Promise.all([
      // On one connection: within a process, SQLite's waits for the other's lock would keep it from being given back.
      reseal({ batch: 1, store: running.store }),
      (async () => {
        for (let leaseSeq = 1; leaseSeq <= 4; leaseSeq += 1)
          await browser.lease(session, { leaseSeq, from: 0, tracks: ['peaks'] });
      })(),
    ]);
    service.clock.advanceSeconds(61);
    // Opened anew, under the new key.
    const lease = await browser.lease(session, { leaseSeq: 5, from: 0, tracks: ['peaks'] });
    expect((await browser.unwrap(session, lease)).size).toBe(1);
    running.stop.abort();
    await running.store.close();
  });

  test('a call that is erased between reading and writing stays erased', async () => {
    const calls = await register(2);
    const token = await service.roleToken('privacy');
    const slow: Store = {
      ...service.store,
      rowTransaction: async work => {
        await service.asRole(token, `/calls/${calls[0]?.call}`, undefined, 'DELETE');
        return service.store.rowTransaction(work);
      },
    };
    await reseal({ store: slow });
    expect((await rows()).filter(({ jwe }) => jwe === null).map(({ call }) => call)).toEqual([
      calls[0]?.call,
    ]);
    const browser = await service.browser();
    const grant = await service.grant(grantInput(calls[0] as SyntheticCall, browser));
    expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'call_erased' });
  });

  test('two at a time seal each call once', async () => {
    const calls = await register(4);
    const [one, other] = await Promise.all([reseal({ batch: 1 }), reseal({ batch: 1 })]);
    expect(one.resealed + other.resealed).toBe(4);
    await expectAllHangOn(next, calls);
    const told = (await resealRecords()).flatMap(
      ({ body }) => (body as { packagings: unknown[] }).packagings,
    );
    expect(told).toHaveLength(4);
  });

  test('what is registered in the meantime under the old key is kept under the new one', async () => {
    const running = await service.join({ archiveKeys: both() });
    const made = await service.makeCall();
    const request = new Request('https://keys.example/calls/registrations', {
      method: 'POST',
      body: made.registration,
    });
    expect((await running.handle(request)).status).toBe(201);
    await expectAllHangOn(next, [made]);
    expect((await service.records()).find(({ type }) => type === 'call.registered')?.body).toMatchObject({
      from: [kidOf(service.keys.archive)],
      to: [kidOf(next)],
    });
    running.stop.abort();
    await running.store.close();
  });

  test('what only says that it is sealed to the first key is kept under it all the same', async () => {
    const running = await service.join({ archiveKeys: both() });
    // Another key under the name of the first.
    const claimed = { ...(await generateKey('archive')).publicJwk, kid: kidOf(next) };
    const made = await service.makeCall({ recipients: [claimed, service.keys.archive.publicJwk] });
    const request = { method: 'POST', body: made.registration };
    await running.handle(new Request('https://keys.example/calls/registrations', request));
    await expectAllHangOn(next, [made]);
    running.stop.abort();
    await running.store.close();
  });

  test('what is registered to several recipients stays as it is when the first key is among them', async () => {
    const running = await service.join({ archiveKeys: both() });
    const { registration } = await service.makeCall({
      recipients: [service.keys.archive.publicJwk, next.publicJwk],
    });
    await running.handle(
      new Request('https://keys.example/calls/registrations', { method: 'POST', body: registration }),
    );
    const [row] = await rows();
    expect(recipientIds(JSON.parse(row?.jwe ?? '') as SealedKey)).toHaveLength(2);
    running.stop.abort();
    await running.store.close();
  });
});
