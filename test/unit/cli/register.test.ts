import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './captured-terminal.ts';
import { PackingDesk } from './packing-desk.ts';

let desk: PackingDesk;
beforeEach(async () => {
  desk = await PackingDesk.open();
});
afterEach(() => desk.close());

test.each([
  ['no URL', ['call.jws']],
  ['no file', ['http://127.0.0.1:9/']],
  ['another scheme', ['call.jws', 'file:///tmp']],
])('%s is a usage error', async (_, args) => {
  expect(await run(['register', ...args])).toMatchObject({ exitCode: 2 });
});

test('a file that is not there is told without its name', async () => {
  const { exitCode, stderr } = await run(['register', desk.at('0701234567.jws'), desk.url]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('cannot be read');
  expect(stderr).not.toContain('0701234567');
});

test('a file that is something else is not sent', async () => {
  const { exitCode, stderr } = await run(['register', desk.at('packager.jwk'), desk.url]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('This is not a registration.');
  expect(desk.received).toEqual([]);
});
