import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { checkpointVerifier, nodeListener } from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Captured, run } from '../cli/captured-terminal.ts';
import { checkpointsOf } from './auditor.ts';
import { PUBLIC_URL, TENANT } from './service-options.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let server: Server;
let elsewhere: string;
let exported: string;
let key: string;
beforeEach(async () => {
  service = await TestService.start();
  server = createServer(nodeListener(service.fetch, 'https://keys.example')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  elsewhere = join(service.folder, 'elsewhere');
  exported = join(service.folder, 'export.ndjson');
  key = join(service.folder, 'key');
  await mkdir(elsewhere);
  await writeFile(key, `${await checkpointVerifier(service.keys.service.privateJwk, PUBLIC_URL, TENANT)}\n`);
  for (let calls = 0; calls < 2; calls += 1) {
    await listen();
    await (await checkpointsOf(service, { folder: elsewhere })).make();
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.close();
  await service.stop();
});

/** Four records. */
async function listen(): Promise<void> {
  const call = await service.registerCall();
  const browser = await service.browser();
  const session = await browser.openSession(await service.grant(grantInput(call, browser)));
  await browser.lease(session, { leaseSeq: 1, from: 12 });
}

async function exportAs(role: 'auditor' | 'reviewer' = 'auditor'): Promise<Captured> {
  vi.stubEnv('SECURE_CALL_TOKEN', await service.roleToken(role));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/calls`;
  return run(['audit', 'export', '--service', url, '--out', exported]);
}

const verify = (...options: string[]): Promise<Captured> =>
  run(['audit', 'verify', exported, '--key', key, ...options]);
const verifyAgainstKept = (): Promise<Captured> => verify('--checkpoint', join(elsewhere, `log-${TENANT}`));

const lines = async (): Promise<string[]> => (await readFile(exported, 'utf8')).trimEnd().split('\n');
const write = (changed: readonly string[]): Promise<void> => writeFile(exported, `${changed.join('\n')}\n`);

describe('an export', () => {
  test('holds, alone and against what was kept elsewhere', async () => {
    expect(await exportAs()).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect((await stat(exported)).mode & 0o777).toBe(0o600);
    expect(await lines()).toHaveLength(9);
    const alone = await verify();
    expect(alone).toMatchObject({ exitCode: 0, stderr: '' });
    expect(alone.stdout).toMatch(/^8 records hold; checkpoints cover 8 of them\.\nNo checkpoint /);
    expect(await verifyAgainstKept()).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: '8 records hold; checkpoints cover 8 of them.\nCheckpoints kept elsewhere cover 8 of them.\n',
    });
  });

  test('is never written over, and a refused one leaves no file', async () => {
    const refused = await exportAs('reviewer');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('This role may not do that.');
    await expect(stat(exported)).rejects.toThrow('ENOENT');
    await writeFile(exported, 'mine');
    const again = await exportAs();
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('never written over');
    expect(await readFile(exported, 'utf8')).toBe('mine');
  });

  test('that was changed is told by the first record that does not hold', async () => {
    await exportAs();
    const genuine = await lines();
    const [third = '', fourth = ''] = genuine.slice(2, 4);
    const cases: [string[], string][] = [
      [genuine.with(2, third.replace('nurse-1', 'nurse-2')), 'Record 2 was changed.'],
      [genuine.with(2, third.replace('{', '{"more":1,')), 'Record 2 was changed.'],
      [genuine.with(2, 'no JSON'), 'Record 2 was changed.'],
      [genuine.toSpliced(2, 1), 'Record 2 is missing, or another'],
      [genuine.with(2, fourth).with(3, third), 'Record 2 is missing, or another'],
      [genuine.toSpliced(3, 0, third), 'Record 3 is missing, or another'],
      [genuine.toSpliced(6, 2), 'Record 6 and what comes after it are missing'],
    ];
    for (const [changed, words] of cases) {
      await write(changed);
      const told = await verifyAgainstKept();
      expect(told).toMatchObject({ exitCode: 1, stderr: '' });
      expect(told.stdout).toContain(words);
    }
  });

  test('tells how many records retention has deleted the content of, and which one is too young for that', async () => {
    await exportAs();
    const genuine = await lines();
    const deleted = { ...(JSON.parse(genuine[2] ?? '') as object), body: null, salt: null };
    await write(genuine.with(2, JSON.stringify(deleted)));
    expect(await verifyAgainstKept()).toMatchObject({
      exitCode: 1,
      stdout: 'The content of record 2 is gone, and it is too young for that.\n',
    });
    vi.useFakeTimers({ now: Date.now() + 6 * 366 * 24 * 3600 * 1000, toFake: ['Date'] });
    const told = await verifyAgainstKept();
    vi.useRealTimers();
    expect(told).toMatchObject({ exitCode: 0, stderr: '' });
    expect(told.stdout).toContain('Retention has deleted the content of 1 of them.\n');
  });

  test('that ends early, with a checkpoint that was true then, is told by one kept elsewhere', async () => {
    await exportAs();
    const checkpoint = await readFile(join(elsewhere, `log-${TENANT}`, '000000000000004.txt'), 'utf8');
    await write([...(await lines()).slice(0, 4), JSON.stringify({ checkpoint })]);
    expect(await verify()).toMatchObject({ exitCode: 0 });
    expect(await verifyAgainstKept()).toMatchObject({
      exitCode: 1,
      stdout: 'Record 4 and what comes after it are missing: a checkpoint covers more.\n',
    });
  });

  test('that cannot be held against anything ends with 2', async () => {
    await exportAs();
    const genuine = await lines();
    await write(genuine.slice(0, -1));
    expect(await verify()).toMatchObject({ exitCode: 2, stdout: '' });
    await write([...genuine.slice(0, -1), genuine.at(-1)?.replace('\\n8\\n', '\\n7\\n') ?? '']);
    const forged = await verify();
    expect(forged.stderr).toContain('not signed by the key that was named');
    expect(forged.exitCode).toBe(2);
    await write(genuine);
    expect(await verify('--checkpoint', elsewhere)).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await verify('--checkpoint', join(elsewhere, 'none'))).toMatchObject({ exitCode: 2, stdout: '' });
    const missing = await run(['audit', 'verify', `${exported}.none`, '--key', key]);
    expect(missing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(missing.stderr).not.toContain(service.folder);
  });
});

describe('a proof', () => {
  const prove = (n: string): Promise<Captured> => run(['audit', 'proof', exported, '--key', key, '--n', n]);
  async function check(proof: string): Promise<Captured> {
    const path = join(service.folder, 'proof.json');
    await writeFile(path, proof);
    return run(['audit', 'check', path, '--key', key]);
  }

  test('of any record holds without anything else, and of no other', async () => {
    await exportAs();
    for (let n = 0; n < 8; n += 1) {
      const { exitCode, stdout } = await prove(String(n));
      expect(exitCode).toBe(0);
      expect(await check(stdout)).toMatchObject({
        exitCode: 0,
        stdout: `Record ${n} is the one that the checkpoint covers.\n`,
      });
      const other = stdout.replace(/"n":\d+/, `"n":${n + 1}`);
      expect(await check(other)).toMatchObject({ exitCode: 1 });
      expect(await check(stdout.replace(/"receivedAt":"20/, '"receivedAt":"19'))).toMatchObject({
        exitCode: 1,
      });
    }
  });

  test('is not given of what does not hold or is not there', async () => {
    await exportAs();
    expect((await prove('8')).stderr).toContain('covers no such record');
    const genuine = await lines();
    await write(genuine.with(2, genuine[2]?.replace('nurse-1', 'nurse-2') ?? ''));
    const told = await prove('1');
    expect(told).toMatchObject({ exitCode: 2, stdout: '' });
    expect(told.stderr).toContain('Record 2 was changed.');
  });
});

test.each([
  ['no action', []],
  ['an unknown action', ['erase']],
  ['no file', ['verify', '--key', 'x']],
  ['two files', ['verify', 'a', 'b', '--key', 'x']],
  ['no number', ['proof', 'a', '--key', 'x', '--n', 'one']],
  ['no token', ['export', '--service', 'https://keys.example', '--out', 'x']],
])('%s is a usage error', async (_, args) => {
  vi.stubEnv('SECURE_CALL_TOKEN', '');
  expect(await run(['audit', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
});
