import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinKey, verifyRoleToken } from '@secure-call/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './captured-terminal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-'));
});
afterEach(() => rm(folder, { recursive: true }));

const claims = ['--iss', 'https://privacy.example', '--sub', 'officer-1', '--name', 'Olof Ek'];
const audience = 'https://keys.example/calls';

test.each([
  ['auditor', {}],
  ['privacy', {}],
  ['reviewer', {}],
  ['patient', { patient: 'pseudonym-17' }],
])('prints a token for the role %s', async (role, more: { patient?: string }) => {
  const key = join(folder, 'auditor.jwk');
  const { stdout: publicText } = await run(['keygen', 'auditor', '--out', key]);
  const patient = more.patient === undefined ? [] : ['--patient', more.patient];
  const issued = await run(['token', role, '--key', key, '--aud', `${audience}/`, ...claims, ...patient]);
  expect(issued).toMatchObject({ exitCode: 0, stderr: '' });
  const keys = [pinKey(JSON.parse(publicText) as Parameters<typeof pinKey>[0])];
  const expected = { audience, now: Date.now() / 1000 };
  expect(await verifyRoleToken(issued.stdout.trim(), () => keys, expected)).toMatchObject({
    role,
    iss: 'https://privacy.example',
    sub: 'officer-1',
    name: 'Olof Ek',
    ...more,
  });
});

test('the public half of a key issues nothing', async () => {
  const key = join(folder, 'auditor.jwk');
  await run(['keygen', 'auditor', '--out', key]);
  const issued = await run(['token', 'auditor', '--key', `${key}.pub`, '--aud', audience, ...claims]);
  expect(issued).toMatchObject({ exitCode: 1, stdout: '' });
  expect(issued.stderr).toContain('the private half is needed');
});

test.each([
  ['no role', ['--key', 'x', '--aud', audience, ...claims]],
  ['an unknown role', ['nurse', '--key', 'x', '--aud', audience, ...claims]],
  ['a patient without a pseudonym', ['patient', '--key', 'x', '--aud', audience, ...claims]],
  ['no key', ['auditor', '--aud', audience, ...claims]],
  ['no audience', ['auditor', '--key', 'x', ...claims]],
])('%s is a usage error', async (_, args) => {
  expect(await run(['token', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
});
