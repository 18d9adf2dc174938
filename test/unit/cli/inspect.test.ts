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

test.each([
  ['no folder', []],
  ['two folders', ['a', 'b']],
  ['a key without a registration', ['a', '--archive-key', 'x']],
  ['a registration without the packager’s key', ['a', '--registration', 'x']],
])('%s is a usage error', async (_, args) => {
  expect(await run(['inspect', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
});
