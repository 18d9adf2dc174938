import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './captured-terminal.ts';
import { PackingDesk } from './packing-desk.ts';

let desk: PackingDesk;
beforeEach(async () => {
  desk = await PackingDesk.open();
});
afterEach(() => desk.close());

test('shows what storage tells, and with the keys checks and opens everything', async () => {
  const { stdout } = await desk.pack(['0701234567.wav'], ['--json'], desk.at('call.jws'));
  const { callId, packageId } = JSON.parse(stdout) as { callId: string; packageId: string };
  const path = join(desk.at('storage'), callId, packageId);

  const anonymous = await run(['inspect', path]);
  expect(anonymous).toMatchObject({ exitCode: 0, stderr: '' });
  expect(anonymous.stdout).toMatch(/audio\.bin +\d+ bytes {2}looks random/);
  expect(anonymous.stdout).not.toContain('region-x');

  const withKeys = [
    '--registration',
    desk.at('call.jws'),
    '--packager-key',
    desk.at('packager.pub'),
    '--archive-key',
    desk.at('archive.jwk'),
  ];
  const opened = await run(['inspect', path, ...withKeys]);
  expect(opened.exitCode).toBe(0);
  expect(opened.stdout).toContain('tenant region-x, revision 1, 5.0 s, channels: left, right');
  expect(opened.stdout).toContain('Every slot has its registered hash and opens.');

  for (const above of [desk.at('storage'), join(desk.at('storage'), callId)]) {
    const unnamed = await run(['inspect', above]);
    expect(unnamed).toMatchObject({ exitCode: 1, stdout: '' });
    expect(unnamed.stderr).toContain('Name one package: storage/<call>/<package>.');
  }

  await rm(join(path, 'peaks.bin'));
  const damaged = await run(['inspect', path, ...withKeys, '--json']);
  expect(damaged.exitCode).toBe(1);
  expect(JSON.parse(damaged.stdout)).toMatchObject({ problems: [expect.stringContaining('peaks.bin')] });
});

test('goes through many packages, names each, and past one that is none', async () => {
  const { stdout } = await desk.pack(['0701234567.wav', 'other.wav'], ['--json']);
  const folders = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { callId: string; packageId: string })
    .map(({ callId, packageId }) => join(desk.at('storage'), callId, packageId));
  const [first = '', second = ''] = folders;
  const sound = await run(['inspect', first, second]);
  expect(sound).toMatchObject({ exitCode: 0, stderr: '' });
  for (const folder of folders) expect(sound.stdout).toContain(`${folder}\nWhat anyone`);

  const mixed = await run(['inspect', first, desk.at('storage'), second, '--json']);
  expect(mixed.exitCode).toBe(1);
  expect(mixed.stderr).toContain(`${desk.at('storage')}: Name one package`);
  expect(
    mixed.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as unknown),
  ).toMatchObject([{ folder: first }, { folder: second }]);
});

test.each([
  ['no folder', []],
  ['two folders with one registration', ['a', 'b', '--registration', 'x', '--packager-key', 'y']],
  ['a key without a registration', ['a', '--archive-key', 'x']],
  ['a registration without the packager’s key', ['a', '--registration', 'x']],
])('%s is a usage error', async (_, args) => {
  expect(await run(['inspect', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
});
