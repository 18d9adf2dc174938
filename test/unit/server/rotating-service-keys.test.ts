import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  generateKey,
  type KeyPair,
  openCheckpoint,
  parseNoteVerifier,
  type SessionAnswer,
} from '@secure-call/protocol';
import {
  Checkpoints,
  checkpointVerifiers,
  Erasures,
  type RotatingServiceKeys,
  type Store,
} from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faultIn, fetchExport } from './auditor.ts';
import { type Browser, Refused } from './browser.ts';
import { problemOf } from './refusal.ts';
import { PUBLIC_URL, serviceOptions, TENANT } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let call: SyntheticCall;
let old: KeyPair;
let next: KeyPair;
type Running = Awaited<ReturnType<TestService['join']>>;
let others: Running[];
beforeEach(async () => {
  [old, next] = await Promise.all([generateKey('service'), generateKey('service')]);
  service = await TestService.start({ rotating: { current: old.privateJwk } });
  call = await service.registerCall();
  others = [];
});
afterEach(async () => {
  for (const { stop, store } of others) {
    stop.abort();
    await store.close();
  }
  await service.stop();
});

/** A service of the same deployment with these keys. */
async function serviceWith(rotating: RotatingServiceKeys): Promise<Running> {
  const running = await service.join({ rotating });
  others.push(running);
  return running;
}

const announced = (): RotatingServiceKeys => ({ current: old.privateJwk, next: next.privateJwk });
const replaced = (): RotatingServiceKeys => ({ current: next.privateJwk, previous: [old.privateJwk] });
const alone = (): RotatingServiceKeys => ({ current: next.privateJwk });

interface Listening {
  readonly browser: Browser;
  readonly session: SessionAnswer;
}

async function listen(at: Running['handle'] = service.fetch): Promise<Listening> {
  const browser = (await service.browser()).with({ fetch: at });
  return { browser, session: await browser.openSession(await service.grant(grantInput(call, browser))) };
}

/** The same browser at another service, with the nonce it has. */
function at({ browser }: Listening, { handle }: Pick<Running, 'handle'>): Browser {
  const moved = browser.with({ fetch: handle });
  moved.nonce = browser.nonce;
  return moved;
}

describe('a service key that is replaced while someone listens', () => {
  test('lets the session go on, with the keys that it would have had', async () => {
    const listening = await listen();
    const lease = await listening.browser.lease(listening.session, { leaseSeq: 1, from: 12 });
    const moved = at(listening, await serviceWith(replaced()));
    // Asked for again with the nonce of the key before.
    expect((await moved.lease(listening.session, { leaseSeq: 1, from: 12 })).keys).toEqual(lease.keys);
    const further = await moved.lease(listening.session, { leaseSeq: 2, from: 24 });
    expect((await moved.unwrap(listening.session, further)).size).toBe(7);
  });

  test('lets it go to and fro between services that have it already and such as do not yet', async () => {
    const [before, after] = [await serviceWith(announced()), await serviceWith(replaced())];
    for (const opened of [await listen(before.handle), await listen(after.handle)]) {
      let nonce = opened.browser.nonce;
      for (const [place, running] of [after, before, after].entries()) {
        const browser = opened.browser.with({ fetch: running.handle });
        browser.nonce = nonce;
        await browser.lease(opened.session, { leaseSeq: place + 1, from: 12 * (place + 1) });
        nonce = browser.nonce;
      }
    }
  });

  test('leaves nothing that its own nonces or sessions open to a service without it: the control of these tests', async () => {
    const listening = await listen();
    const without = await serviceWith(alone());
    const moved = at(listening, without);
    const refusal = await problemOf(moved.lease(listening.session, { leaseSeq: 1, from: 12 }));
    expect(refusal.code).toBe('use_dpop_nonce');
    moved.nonce = refusal.nonce ?? '';
    const failed = moved.lease(listening.session, { leaseSeq: 1, from: 12 });
    await expect(failed).rejects.toBeInstanceOf(Refused);
    expect(await problemOf(failed)).toMatchObject({ code: 'audit_unavailable' });
  });

  test('changes neither the watermark nor what stands in the record for a patient', async () => {
    const before = await listen();
    const after = await listen((await serviceWith(replaced())).handle);
    expect(after.session.watermark.key).toBe(before.session.watermark.key);
    const opened = (await service.records()).filter(({ type }) => type === 'grant.redeemed');
    expect(new Set(opened.map(({ patient }) => patient)).size).toBe(1);
  });
});

describe('published keys', () => {
  const published = async ({ handle }: Running): Promise<unknown[]> => {
    const answer = await handle(new Request(`${PUBLIC_URL}/.well-known/jwks.json`));
    const { keys } = (await answer.json()) as { keys: { crv?: string; x?: string; d?: string }[] };
    expect(keys.every(key => !('d' in key) && !('k' in key))).toBe(true);
    return keys.filter(({ crv }) => crv === 'Ed25519').map(({ x }) => x);
  };

  test('are there before they are used, and while what they signed is to be verified', async () => {
    const [ofOld] = await published(await serviceWith({ current: old.privateJwk }));
    const [ofNext] = await published(await serviceWith(alone()));
    expect(await published(await serviceWith(announced()))).toEqual([ofOld, ofNext]);
    expect(await published(await serviceWith(replaced()))).toEqual([ofNext, ofOld]);
    const lines = await linesOf(replaced());
    const [verifier] = await Promise.all(lines.map(parseNoteVerifier));
    expect(Buffer.from(verifier?.publicKey ?? []).toString('base64url')).toBe(ofNext);
  });
});

const linesOf = (rotating: RotatingServiceKeys): Promise<string[]> =>
  checkpointVerifiers({ serviceKey: service.keys.service.privateJwk, rotating }, PUBLIC_URL, TENANT);

const partsOf = (rotating: RotatingServiceKeys, store: Store = service.store) => ({
  ...serviceOptions(service.keys, store),
  rotating,
  log: (entry: (typeof service.log)[number]) => void service.log.push(entry),
});

describe('what lies outside the database', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(service.folder, 'outside');
    await mkdir(folder);
  });

  const checkpoint = async (rotating: RotatingServiceKeys): Promise<void> =>
    (await Checkpoints.create({ ...partsOf(rotating), folder })).make();
  const notes = async (name: string): Promise<string[]> => {
    const files = (await readdir(join(folder, name))).toSorted();
    return Promise.all(files.map(file => readFile(join(folder, name, file), 'utf8')));
  };

  test('checkpoints go on from those that the key before signed, and all of them hold', async () => {
    await checkpoint({ current: old.privateJwk });
    await listen();
    await checkpoint(announced());
    await listen();
    await checkpoint(replaced());
    expect(service.log).toEqual([]);
    const [next1, old1] = await Promise.all((await linesOf(replaced())).map(parseNoteVerifier));
    if (!next1 || !old1) throw new Error('two keys');
    const kept = await notes(`log-${TENANT}`);
    expect(kept).toHaveLength(3);
    await expect(openCheckpoint(kept[0] ?? '', next1)).rejects.toThrow('not signed');
    await expect(openCheckpoint(kept[2] ?? '', old1)).rejects.toThrow('not signed');
    const opened = await Promise.all(kept.map(note => openCheckpoint(note, next1, old1)));
    expect(await faultIn((await fetchExport(service)).records, opened)).toBeUndefined();
  });

  test('a log that the key before did not sign gets none from the new one either', async () => {
    await checkpoint({ current: old.privateJwk });
    const twin = await TestService.start();
    await twin.registerCall();
    await (await Checkpoints.create({ ...partsOf(replaced(), twin.store), folder })).make();
    expect(service.log).toContainEqual({ event: 'checkpoint.failed', code: 'checkpoint_invalid' });
    await twin.stop();
  });

  test('erasures are signed anew, so that the key before can go', async () => {
    const erasures = await Erasures.create({ ...partsOf({ current: old.privateJwk }), folder });
    await erasures.keep(TENANT, call.call);
    const [before] = await notes(`erased-${TENANT}`);
    await expect((await Erasures.create({ ...partsOf(alone()), folder })).replay()).rejects.toMatchObject({
      code: 'checkpoint_invalid',
    });
    await (await Erasures.create({ ...partsOf(replaced()), folder })).replay();
    const [after] = await notes(`erased-${TENANT}`);
    expect(after).not.toBe(before);
    expect(after?.split('\n')[3]).toBe(before?.split('\n')[3]);
    await (await Erasures.create({ ...partsOf(alone()), folder })).replay();
  });
});
