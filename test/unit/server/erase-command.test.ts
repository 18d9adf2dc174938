import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeListener } from '@secure-call/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Captured, run } from '../cli/captured-terminal.ts';
import { problemOf } from './refusal.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let server: Server;
beforeEach(async () => {
  service = await TestService.start();
  server = createServer(nodeListener(service.fetch, 'https://keys.example')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('SECURE_CALL_TOKEN', await service.roleToken('privacy'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.close();
  await service.stop();
});

const erase = (...calls: string[]): Promise<Captured> =>
  run(['erase', ...calls, '--service', `http://127.0.0.1:${(server.address() as AddressInfo).port}/calls`]);

test('erases calls, under the name of the officer, and may be repeated', async () => {
  const [one, other] = [await service.registerCall(), await service.registerCall()];
  const told = { exitCode: 0, stderr: '', stdout: `Erased ${one.call}.\nErased ${other.call}.\n` };
  expect(await erase(one.call, other.call)).toEqual(told);
  expect(await erase(one.call, other.call)).toEqual(told);
  const browser = await service.browser();
  const session = browser.openSession(await service.grant(grantInput(one, browser)));
  expect(await problemOf(session)).toMatchObject({ code: 'call_erased' });
  const erased = (await service.records()).filter(({ type }) => type === 'call.erased');
  expect(erased.map(({ actor }) => actor)).toEqual(['officer-1', 'officer-1']);
});

test('says in words what it cannot do, and does nothing then', async () => {
  const { call } = await service.registerCall();
  const unknown = await service.makeCall();
  expect(await erase(unknown.call)).toMatchObject({ exitCode: 1, stdout: '' });
  expect((await erase(unknown.call)).stderr).toContain('There is no such recording.');
  expect((await erase(call, 'not-a-call')).exitCode).toBe(1);
  vi.stubEnv('SECURE_CALL_TOKEN', await service.roleToken('reviewer'));
  expect((await erase(call)).stderr).toContain('This role may not do that.');
  vi.stubEnv('SECURE_CALL_TOKEN', '');
  expect((await erase(call)).exitCode).toBe(2);
  expect((await erase()).exitCode).toBe(2);
  const browser = await service.browser();
  expect(
    await browser.openSession(await service.grant(grantInput({ ...unknown, call }, browser))),
  ).toBeDefined();
});
