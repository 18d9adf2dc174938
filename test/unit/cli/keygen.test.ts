import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKey } from '@secure-call/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './captured-terminal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keygen-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each(['archive', 'packager', 'issuer', 'auditor', 'service'] as const)(
  'keygen %s writes a private file and a public one, and prints the public half',
  async kind => {
    const path = join(folder, 'key.jwk');
    const { exitCode, stdout, stderr } = await run(['keygen', kind, '--out', path]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    const privateJwk = readKey(JSON.parse(await readFile(path, 'utf8')), kind, 'private');
    const publicText = await readFile(`${path}.pub`, 'utf8');
    expect(publicText).toBe(stdout);
    expect(JSON.parse(publicText)).toEqual(readKey(privateJwk, kind, 'public'));
    expect(publicText).not.toContain(privateJwk.d);
  },
);

test('keygen archive --alg RSA-OAEP-256 writes a key for an HSM or a KMS', async () => {
  const path = join(folder, 'key.jwk');
  const args = ['keygen', 'archive', '--alg', 'RSA-OAEP-256', '--out', path];
  const { exitCode, stdout } = await run(args);
  expect(exitCode).toBe(0);
  const privateJwk = readKey(JSON.parse(await readFile(path, 'utf8')), 'archive', 'private');
  expect(privateJwk).toMatchObject({ kty: 'RSA', alg: 'RSA-OAEP-256' });
  expect(JSON.parse(stdout)).toEqual(readKey(privateJwk, 'archive', 'public'));
  for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const)
    expect(stdout).not.toContain(privateJwk[name]);
});

test.each(['key.jwk', 'key.jwk.pub'])(
  'a %s that exists is kept, and nothing is left beside it',
  async name => {
    await writeFile(join(folder, name), 'precious');
    const { exitCode, stderr } = await run(['keygen', 'archive', '--out', join(folder, 'key.jwk')]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('never written over');
    expect(await readdir(folder)).toEqual([name]);
    expect(await readFile(join(folder, name), 'utf8')).toBe('precious');
  },
);

test('a folder that is missing is made, for its owner only', async () => {
  const path = join(folder, 'keys', 'own', 'key.jwk');
  expect(await run(['keygen', 'issuer', '--out', path])).toMatchObject({ exitCode: 0 });
  expect((await readdir(join(folder, 'keys', 'own'))).sort()).toEqual(['key.jwk', 'key.jwk.pub']);
  for (const name of ['keys', 'keys/own']) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o700);
});

test('a file in the place of the folder is told', async () => {
  await writeFile(join(folder, 'keys'), '');
  const { exitCode, stderr } = await run(['keygen', 'issuer', '--out', join(folder, 'keys', 'key.jwk')]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('The folder of the key file cannot be made.');
});

test.each([
  ['no kind', ['--out', 'x']],
  ['an unknown kind', ['master', '--out', 'x']],
  ['no file', ['archive']],
  ['an unknown option', ['archive', '--force']],
  ['an algorithm that is too weak', ['archive', '--alg', 'RSA-OAEP', '--out', 'x']],
  ['an algorithm for a key that signs', ['packager', '--alg', 'RSA-OAEP-256', '--out', 'x']],
])('%s is a usage error', async (_, args) => {
  const { exitCode, stdout, stderr } = await run(['keygen', ...args]);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('Usage: secure-call keygen');
});
