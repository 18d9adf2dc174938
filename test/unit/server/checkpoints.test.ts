import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Bytes,
  type Checkpoint,
  fromBase64url,
  generateKey,
  leafHash,
  openCheckpoint,
  parseNoteVerifier,
  verifyGrowth,
  verifyInclusion,
} from '@secure-call/protocol';
import { Checkpoints, checkpointVerifier, type LogEntry, openStore, type Store } from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { headsOf } from '../protocol/audit-log.ts';
import { asAdministrator, withoutGuard } from './administrator.ts';
import {
  askAsAuditor,
  checkpointsOf,
  faultIn,
  fetchCheckpoint,
  fetchExport,
  pinnedVerifier,
} from './auditor.ts';
import { expectRefusal } from './refusal.ts';
import { OTHER_TENANT, PUBLIC_URL, serviceOptions, TENANT } from './service-options.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let checkpoints: Checkpoints;
let folder: string;
beforeEach(async () => {
  service = await TestService.start();
  folder = join(service.folder, 'checkpoints');
  await mkdir(folder);
  checkpoints = await checkpointsOf(service, { folder });
});
afterEach(() => service.stop());

/** Records of a call that is registered and listened to: three, and one for each further lease. */
async function listen(leases: number): Promise<void> {
  const call = await service.registerCall();
  const listener = await service.browser();
  const session = await listener.openSession(await service.grant(grantInput(call, listener)));
  for (let leaseSeq = 1; leaseSeq <= leases; leaseSeq += 1)
    await listener.lease(session, { leaseSeq, from: 0, tracks: ['peaks'] });
}

/** What lies outside the database, in the order of names. */
async function keptNotes(where = folder, tenant: string = TENANT): Promise<string[]> {
  const path = join(where, `log-${tenant}`);
  const names = (await readdir(path)).toSorted();
  return Promise.all(names.map(name => readFile(join(path, name), 'utf8')));
}

const keptCheckpoints = async (where = folder): Promise<Checkpoint[]> => {
  const verifier = await pinnedVerifier(service);
  return Promise.all((await keptNotes(where)).map(note => openCheckpoint(note, verifier)));
};

describe('a checkpoint', () => {
  test('numbers what there is in the order of the record, and what comes later has no number yet', async () => {
    await listen(2);
    expect((await service.records()).map(({ n }) => n)).toEqual(Array(6).fill(null));
    await checkpoints.make();
    const records = await service.records();
    expect(records.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, null]);
  });

  test('is the signed head of these records, in the database and outside it', async () => {
    await listen(2);
    await checkpoints.make();
    const { records, checkpoint } = await fetchExport(service);
    const answer = await askAsAuditor(service, '/audit/checkpoint');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await keptNotes()).toEqual([await answer.text()]);
    expect(await keptNotes()).toEqual([checkpoint]);
    expect(await headsOf(records, [records.length])).toEqual([await fetchCheckpoint(service)]);
    expect(await faultIn(records, await keptCheckpoints())).toBeUndefined();
  });

  test('is made when the log has grown, and goes on from the one before', async () => {
    await checkpoints.make();
    expect(await keptNotes()).toEqual([]);
    await listen(1);
    await checkpoints.make();
    await checkpoints.make();
    expect(await keptNotes()).toHaveLength(1);
    await listen(3);
    await service.restart();
    await (await checkpointsOf(service, { folder })).make();
    const kept = await keptCheckpoints();
    expect(kept.map(({ size }) => size)).toEqual([4, 10]);
    expect(await headsOf((await fetchExport(service)).records, [4, 10])).toEqual(kept);
    expect(service.log).toEqual([]);
  });

  test('covers one tenant’s records only', async () => {
    await listen(1);
    await service.records('', OTHER_TENANT);
    await service.records('', OTHER_TENANT);
    await checkpoints.make();
    const { records } = await fetchExport(service, OTHER_TENANT);
    expect(records.map(({ n, tenant }) => [n, tenant])).toEqual([
      [0, OTHER_TENANT],
      [1, OTHER_TENANT],
    ]);
    expect(await fetchCheckpoint(service, OTHER_TENANT)).toMatchObject({ size: 2 });
    const [note = ''] = await keptNotes(folder, OTHER_TENANT);
    await expect(openCheckpoint(note, await pinnedVerifier(service))).rejects.toThrow('not signed');
  });

  test('covers more records than one transaction numbers', async () => {
    const about = {
      tenant: TENANT,
      chain: 'long',
      received_at: '',
      author: 'server',
      type: 'log.read',
    } as const;
    const content = { body: '{}', salt: '', body_hash: '', prev: '', hash: 'A'.repeat(43) };
    const values = Array.from({ length: 2300 }, (_, at) => ({ ...about, ...content, seq: at + 1 }));
    for (let at = 0; at < values.length; at += 1000)
      await service.store.transaction(db =>
        db
          .insertInto('audit')
          .values(values.slice(at, at + 1000))
          .execute(),
      );
    await checkpoints.make();
    expect((await keptCheckpoints()).map(({ size }) => size)).toEqual([2300]);
    const { records } = await fetchExport(service);
    expect(records.map(({ n }) => n)).toEqual([...values.keys()]);
  });
});

describe('while the service runs', () => {
  test('they are made at once, and once more when it is stopped', async () => {
    const stop = new AbortController();
    await listen(1);
    let found = (): void => undefined;
    const first = new Promise<void>(resolve => (found = resolve));
    const store: Store = {
      ...service.store,
      transaction: async work => {
        const result = await service.store.transaction(work);
        found();
        return result;
      },
    };
    const keeping = (await checkpointsOf(service, { folder, store })).keep(stop.signal);
    await first;
    await listen(1);
    stop.abort();
    await keeping;
    expect((await keptCheckpoints()).at(-1)).toMatchObject({ size: 8 });
  });
});

describe('what gets in the way', () => {
  test('a commit that fails leaves nothing, and the next one covers everything', async () => {
    await listen(1);
    const store: Store = {
      ...service.store,
      transaction: work =>
        service.store.transaction(async (db, announce) => {
          await work(db, announce);
          throw new Error('disk I/O error at secret-path');
        }),
    };
    await (await checkpointsOf(service, { folder, store })).make();
    expect(await keptNotes()).toEqual([]);
    const failure = { event: 'checkpoint.failed', code: 'audit_unavailable', error: 'Error' };
    expect(service.log).toEqual([failure, failure]);
    await checkpoints.make();
    expect(await keptCheckpoints()).toMatchObject([{ size: 4 }]);
  });

  test('a service killed after the commit: the next one keeps the checkpoint outside', async () => {
    await listen(1);
    // As far as it came.
    await (await checkpointsOf(service)).make();
    await service.restart();
    await (await checkpointsOf(service, { folder })).make();
    expect(await keptNotes()).toEqual([await (await askAsAuditor(service, '/audit/checkpoint')).text()]);
  });

  test('a folder that is missing is told and not made; the checkpoint is in it once it is back', async () => {
    await listen(1);
    await rm(folder, { recursive: true });
    await checkpoints.make();
    expect(service.log).toMatchObject([{ event: 'checkpoint.failed' }, { event: 'checkpoint.failed' }]);
    expect(JSON.stringify(service.log)).not.toContain(service.folder);
    await mkdir(folder);
    await checkpoints.make();
    expect(await keptCheckpoints()).toMatchObject([{ size: 4 }]);
  });

  test('what was begun in the folder is no checkpoint', async () => {
    await mkdir(join(folder, `log-${TENANT}`));
    await writeFile(join(folder, `log-${TENANT}`, '999999999999999.txt.1.part'), 'keys.exam');
    await listen(1);
    await checkpoints.make();
    expect(service.log).toEqual([]);
    expect(await readdir(join(folder, `log-${TENANT}`))).toContain('000000000000004.txt');
  });

  test('a checkpoint in the folder that nobody signed stops the log’s checkpoints', async () => {
    await listen(1);
    await checkpoints.make();
    const path = join(folder, `log-${TENANT}`, '000000000000004.txt');
    await chmod(path, 0o600);
    await writeFile(path, (await readFile(path, 'utf8')).replace('\n4\n', '\n5\n'));
    await listen(1);
    await checkpoints.make();
    expect(service.log).toMatchObject([{ event: 'checkpoint.failed', code: 'checkpoint_invalid' }]);
    expect(await fetchCheckpoint(service)).toMatchObject({ size: 4 });
  });
});

test('under another service key the log goes on, in another folder', async () => {
  await listen(1);
  await checkpoints.make();
  await listen(1);
  const serviceKey = (await generateKey('service')).privateJwk;
  const { keys, store } = service;
  const other = join(service.folder, 'other');
  await mkdir(other);
  const options = {
    ...serviceOptions(keys, store),
    serviceKey,
    log: (entry: LogEntry) => void service.log.push(entry),
  };
  await (await Checkpoints.create({ ...options, folder })).make();
  expect(service.log).toMatchObject([{ event: 'checkpoint.failed', code: 'checkpoint_invalid' }]);
  expect(await keptNotes()).toHaveLength(1);
  await (await Checkpoints.create({ ...options, folder: other })).make();
  const verifier = await parseNoteVerifier(await checkpointVerifier(serviceKey, PUBLIC_URL, TENANT));
  const [note = ''] = await keptNotes(other);
  const { records } = await fetchExport(service);
  expect(records).toHaveLength(8);
  expect(
    await faultIn(records, [await openCheckpoint(note, verifier), ...(await keptCheckpoints())]),
  ).toBeUndefined();
});

describe('several services', () => {
  test('at the same records never fork the log', async () => {
    // A second connection of one process to one SQLite file would wait for the first, which waits for it.
    const another = async () => ('url' in service.location ? openStore(service.location) : service.store);
    const others = [service.store, await another(), await another()];
    const folders = others.map((_, at) => join(service.folder, `checkpoints-${at}`));
    for (const made of folders) await mkdir(made);
    const makers = await Promise.all(
      others.map((store, at) => checkpointsOf(service, { store, folder: folders[at] as string })),
    );
    const makeAll = () => Promise.all(makers.map(maker => maker.make()));
    await listen(1);
    await makeAll();
    const state = { written: false };
    const writing = Promise.all([listen(8), listen(8), listen(8)]).then(() => (state.written = true));
    do await makeAll();
    while (!state.written);
    await writing;
    await makeAll();
    const { records } = await fetchExport(service);
    expect(records).toHaveLength(4 + 3 * (3 + 8));
    const kept = (await Promise.all(folders.map(keptCheckpoints))).flat();
    expect(new Set(kept.map(({ size }) => size)).size).toBeGreaterThan(1);
    expect(await faultIn(records, kept)).toBeUndefined();
    expect(service.log).toEqual([]);
    for (const store of others) if (store !== service.store) await store.close();
  });
});

interface Proof {
  readonly path: readonly string[];
  readonly checkpoint: string;
}

async function proof(query: string): Promise<Checkpoint & { path: Bytes[] }> {
  const answer = (await (await askAsAuditor(service, `/audit/proof?${query}`)).json()) as Proof;
  const checkpoint = await openCheckpoint(answer.checkpoint, await pinnedVerifier(service));
  return { ...checkpoint, path: answer.path.map(fromBase64url) };
}

describe('a proof', () => {
  test('shows that the latest checkpoint covers a record, for every record', async () => {
    await listen(4);
    await checkpoints.make();
    for (const { n, hash } of (await fetchExport(service)).records) {
      const { size, root, path } = await proof(`n=${n}`);
      const leaf = await leafHash(fromBase64url(hash));
      expect(await verifyInclusion({ leaf, index: n ?? -1, size, path }, root)).toBe(true);
    }
  });

  test('shows that it goes on from every older one', async () => {
    for (let round = 0; round < 3; round += 1) {
      await listen(round);
      await checkpoints.make();
    }
    const kept = await keptCheckpoints();
    expect(kept).toHaveLength(3);
    for (const { size: from, root: fromRoot } of kept) {
      const { size, root, path } = await proof(`from=${from}`);
      expect(await verifyGrowth({ from, fromRoot, size, path }, root)).toBe(true);
    }
  });
});

describe('checkpoints, proofs and exports', () => {
  const paths = ['/audit/checkpoint', '/audit/proof?n=0', '/audit/export.ndjson'];

  test('are for officers of the tenant', async () => {
    await listen(1);
    await checkpoints.make();
    for (const path of paths) {
      await expectRefusal(service.fetch(new Request(`${PUBLIC_URL}${path}`)), 'token_invalid');
      await expectRefusal(service.asRole(await service.roleToken('reviewer'), path), 'not_permitted');
      expect((await service.asRole(await service.roleToken('privacy'), path)).status).toBe(200);
    }
    await expectRefusal(askAsAuditor(service, '/audit/checkpoint', OTHER_TENANT), 'not_found');
    await expectRefusal(askAsAuditor(service, '/audit/proof?n=0', OTHER_TENANT), 'not_found');
    expect(await fetchExport(service, OTHER_TENANT)).toEqual({ records: [], checkpoint: null });
  });

  test('go as far as the latest checkpoint', async () => {
    await listen(1);
    await checkpoints.make();
    await listen(1);
    expect((await fetchExport(service)).records).toHaveLength(4);
    for (const query of ['n=4', 'from=5'])
      await expectRefusal(askAsAuditor(service, `/audit/proof?${query}`), 'not_found');
    for (const query of ['', 'n=x', 'n=-1', 'n=1&from=1', 'n=0&size=3'])
      await expectRefusal(askAsAuditor(service, `/audit/proof?${query}`), 'request_invalid');
  });

  test('an export is on record', async () => {
    await fetchExport(service);
    expect(await service.records()).toMatchObject([
      { type: 'log.read', actor: 'officer-1', body: { view: 'export', query: {} } },
      { type: 'log.read' },
    ]);
  });
});

test('the database refuses to change or delete a number or a checkpoint', async () => {
  await listen(1);
  await checkpoints.make();
  for (const table of ['audit_node', 'checkpoint'])
    for (const statement of [`update ${table} set tenant = tenant`, `delete from ${table}`])
      await expect(asAdministrator(service, statement)).rejects.toThrow('append-only');
});

test('records that are gone are left out of an export, whose numbers then show it', async () => {
  await listen(2);
  await checkpoints.make();
  await asAdministrator(service, ...withoutGuard(service), `delete from audit where type = 'grant.redeemed'`);
  const { records } = await fetchExport(service);
  expect(records.map(({ n }) => n)).toEqual([0, 2, 3, 4]);
  expect(await faultIn(records, [])).toEqual({ n: 1, why: 'order' });
});
