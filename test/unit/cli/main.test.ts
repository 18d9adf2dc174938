import { expect, test } from 'vitest';
import { commands } from '../../../packages/cli/src/commands.ts';
import { run } from './captured-terminal.ts';

test('help lists every command', async () => {
  const { exitCode, stdout } = await run(['--help']);
  expect(exitCode).toBe(0);
  for (const { name, summary } of commands)
    expect(stdout).toMatch(new RegExp(`^ +${name} +${summary}$`, 'm'));
});

test.each(commands.map(({ name }) => name))('%s --help tells its usage and does nothing', async name => {
  const { exitCode, stdout, stderr } = await run([name, '--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Usage: secure-call ${name} `));
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([[[]], [['unpack']]])('%j is a usage error', async args => {
  expect(await run(args)).toMatchObject({ exitCode: 2 });
});
