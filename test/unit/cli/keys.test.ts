import { generateKeyPairSync } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKey, type KeyPair, readKey } from '@secure-call/protocol';
import { createCallService, openStore } from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readServeConfig } from '../../../packages/cli/src/serve-config.ts';
import { ServeFolder } from '../server/serve-folder.ts';
import { createSyntheticCall } from '../server/synthetic-call.ts';
import { type Captured, run } from './captured-terminal.ts';

let folder: ServeFolder;
let config: string;
beforeEach(async () => {
  folder = await ServeFolder.create();
  config = await folder.configure();
});
afterEach(() => folder.remove());

const at = (name: string): string => join(folder.path, name);
const jwkIn = async (name: string): Promise<KeyPair['publicJwk']> =>
  JSON.parse(await readFile(at(name), 'utf8')) as KeyPair['publicJwk'];
const configured = async (): Promise<{ archiveKeys: unknown[] }> =>
  JSON.parse(await readFile(config, 'utf8')) as { archiveKeys: unknown[] };

const rotate = (...options: string[]): Promise<Captured> =>
  run(['keys', 'rotate', '--config', config, '--out', at('new/archive.jwk'), ...options]);
const reseal = (...options: string[]): Promise<Captured> =>
  run(['keys', 'reseal', '--config', config, '--by', 'operator-1', ...options]);

/** As a packager that has the first archive key only. */
async function register(): Promise<void> {
  const { service, store: location } = await readServeConfig(config, {});
  const store = await openStore(location);
  const { registration } = await createSyntheticCall({
    tenant: 'region-x',
    recipients: [await jwkIn('archive.jwk.pub')],
    packager: await jwkIn('packager.jwk'),
  });
  const handle = createCallService({ ...service, store });
  const url = `${service.publicUrl}/registrations`;
  const answer = await handle(new Request(url, { method: 'POST', body: registration }));
  await store.close();
  expect(answer.status).toBe(201);
}

describe('keys rotate', () => {
  test('puts a new key before the old ones, and changes nothing else', async () => {
    const before = await configured();
    const told = await rotate();
    expect(told).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await configured()).toEqual({ ...before, archiveKeys: ['new/archive.jwk', 'archive.jwk'] });
    expect((await stat(at('new/archive.jwk'))).mode & 0o777).toBe(0o600);
    const made = readKey(await jwkIn('new/archive.jwk.pub'), 'archive', 'public');
    const { service } = await readServeConfig(config, {});
    expect(service.archiveKeys.publicKeys[0]).toEqual(made);
    expect(service.archiveKeys.publicKeys).toHaveLength(2);
    expect(told.stdout).not.toContain(String((await jwkIn('new/archive.jwk')).d));
  });

  test('makes an RSA key where it is asked to', async () => {
    await rotate('--alg', 'RSA-OAEP-256');
    expect(await jwkIn('new/archive.jwk.pub')).toMatchObject({ kty: 'RSA', alg: 'RSA-OAEP-256' });
  });

  test('leaves key and configuration as they were when one of them cannot be written', async () => {
    const before = await readFile(config, 'utf8');
    await writeFile(`${config}.part`, 'of someone else');
    expect((await rotate()).exitCode).toBe(1);
    await expect(stat(at('new/archive.jwk'))).rejects.toThrow('ENOENT');
    expect(await readFile(config, 'utf8')).toBe(before);
    const again = await run(['keys', 'rotate', '--config', config, '--out', at('archive.jwk')]);
    expect(again.stderr).toContain('keys are never written over');
    expect(await readFile(config, 'utf8')).toBe(before);
  });
});

describe('keys reseal', () => {
  test('tells what hangs on which key until the old one can go', async () => {
    await register();
    await register();
    const old = (await jwkIn('archive.jwk')).kid ?? '';
    await rotate();
    const current = (await jwkIn('new/archive.jwk')).kid ?? '';
    expect(await reseal('--batch', '1')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `2 packagings looked at, 2 re-sealed to ${current}.
Nothing hangs on ${old} any more: take it out of "archiveKeys", and destroy it once the oldest back-up that needs it is gone.
`,
    });
    expect((await reseal()).stdout).toContain('2 packagings looked at, 0 re-sealed');
    // Without it everything still opens.
    await writeFile(config, JSON.stringify({ ...(await configured()), archiveKeys: ['new/archive.jwk'] }));
    expect(await reseal()).toMatchObject({ exitCode: 0 });
  });

  test('ends with 1 where a key is missing that something hangs on', async () => {
    await register();
    await rotate();
    await writeFile(config, JSON.stringify({ ...(await configured()), archiveKeys: ['new/archive.jwk'] }));
    const told = await reseal();
    expect(told.exitCode).toBe(1);
    expect(told.stdout).toContain('1 open with none of the archive keys, and were left.');
    expect(told.stdout).toContain('name 1 further keys that the configuration lacks');
  });
});

describe('keys import', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  test('makes an archive key of what a KMS gives out', async () => {
    await writeFile(at('kms.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    const told = await run(['keys', 'import', at('kms.pem'), '--out', at('kms.jwk.pub')]);
    expect(told).toMatchObject({ exitCode: 0, stderr: '' });
    const jwk = readKey(await jwkIn('kms.jwk.pub'), 'archive', 'public');
    expect(jwk).toMatchObject({ alg: 'RSA-OAEP-256', n: publicKey.export({ format: 'jwk' }).n });
    expect(JSON.parse(told.stdout)).toEqual(jwk);
    const awsKms = { region: 'eu-north-1', keyId: 'alias/archive' };
    await folder.configure({ archiveKeys: ['archive.jwk', { publicKey: 'kms.jwk.pub', awsKms }] });
    const { service } = await readServeConfig(config, {});
    expect(service.archiveKeys.publicKeys[1]).toEqual(jwk);
  });

  test('takes nothing else', async () => {
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    for (const [pem, words] of [
      [privateKey.export({ type: 'pkcs8', format: 'pem' }), 'This is a private key'],
      [elliptic.export({ type: 'spki', format: 'pem' }), 'no RSA public key'],
      [small.export({ type: 'spki', format: 'pem' }), '2048 to 8192 bits'],
      ['rubbish', 'no RSA public key'],
    ] as const) {
      await writeFile(at('other.pem'), pem);
      const told = await run(['keys', 'import', at('other.pem'), '--out', at('other.jwk.pub')]);
      expect(told).toMatchObject({ exitCode: 1, stdout: '' });
      expect(told.stderr).toContain(words);
    }
  });
});

test.each([
  ['no action', []],
  ['an unknown action', ['destroy']],
  ['nobody who does it', ['reseal', '--config', 'x']],
  ['no batch', ['reseal', '--config', 'x', '--by', 'y', '--batch', '0']],
  ['no configuration', ['rotate', '--out', 'x']],
])('%s is a usage error', async (_, args) => {
  expect(await run(['keys', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
});

test('in the configuration a key is a file or has one holder, in words', async () => {
  const { publicJwk } = await generateKey('archive', 'RSA-OAEP-256');
  await writeFile(at('held.jwk.pub'), JSON.stringify(publicJwk));
  const vault = { address: 'https://vault.internal', key: 'archive', tokenFile: 'token' };
  const awsKms = { region: 'eu-north-1', keyId: 'x' };
  for (const key of [
    { publicKey: 'held.jwk.pub' },
    { publicKey: 'held.jwk.pub', vault, awsKms },
    { publicKey: 'archive.jwk.pub', vault },
    { publicKey: 'held.jwk.pub', vault: { ...vault, address: 'http://vault.internal' } },
  ]) {
    await folder.configure({ archiveKeys: [key] });
    expect(await reseal()).toMatchObject({ exitCode: 1, stdout: '' });
  }
});
