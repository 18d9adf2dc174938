import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FollowedRecord } from '../server/browser.ts';
import { LineReader } from '../server/line-reader.ts';
import { ServeFolder } from '../server/serve-folder.ts';

const repository = new URL('../../../', import.meta.url);
/** The program as npm installs it; under the repository, so that it finds the same node_modules. */
const program = fileURLToPath(new URL('test/var/shutdown/', repository));

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('packages/cli', repository)),
    resolve: { conditions: ['@secure-call/source'] },
    ssr: { resolve: { conditions: ['@secure-call/source'] } },
    build: { ssr: 'src/index.ts', outDir: `${program}dist`, emptyOutDir: true, target: 'node20' },
  });
  await mkdir(`${program}bin`, { recursive: true });
  await copyFile(new URL('packages/cli/bin/secure-call.mjs', repository), `${program}bin/secure-call.mjs`);
});
afterAll(() => rm(program, { recursive: true, force: true }));

let folder: ServeFolder;
let service: ChildProcess | undefined;
beforeEach(async () => {
  folder = await ServeFolder.create();
});
afterEach(async () => {
  service?.kill('SIGKILL');
  await folder.remove();
});

async function start(drainSeconds: number) {
  const config = await folder.configure({ drainSeconds });
  const child = spawn(process.execPath, [`${program}bin/secure-call.mjs`, 'serve', '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  service = child;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exit = once(child, 'exit');
  const event = async (): Promise<{ event: string; addresses?: string[] }> =>
    JSON.parse(String((await lines.next()).value)) as { event: string; addresses?: string[] };
  const { addresses: [url = ''] = [] } = await event();
  return { child, exit, event, url };
}

/** A request whose head the service has, and whose body it still waits for. */
async function beginRequest(url: string) {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  socket.write(
    'POST /calls/registrations HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n',
  );
  const [head] = (await once(socket, 'data')) as [string];
  expect(head).toMatch(/^HTTP\/1\.1 100 /);
  return async (): Promise<string> => {
    socket.write('none');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  };
}

test('streams end, what is under way is answered, nothing new is taken', async () => {
  const { child, exit, event, url } = await start(0);
  const stream = new LineReader<FollowedRecord>(await folder.followRecord(url));
  await stream.next();
  const finish = await beginRequest(url);
  child.kill('SIGTERM');
  expect(await event()).toMatchObject({ event: 'stopping' });
  expect(await stream.next()).toBeUndefined();
  await expect(fetch(`${url}/calls/healthz`)).rejects.toThrow('fetch failed');
  expect(await finish()).toMatch(/^HTTP\/1\.1 403 [\s\S]*registration_invalid/);
  expect(await event()).toMatchObject({ event: 'refused' });
  expect(await event()).toMatchObject({ event: 'stopped' });
  expect(await exit).toEqual([0, null]);
});

test('while balancers find out it is not ready, and serves as before; asked again, it ends at once', async () => {
  const { child, exit, event, url } = await start(600);
  expect((await fetch(`${url}/calls/readyz`)).status).toBe(200);
  const stream = new LineReader<FollowedRecord>(await folder.followRecord(url));
  await stream.next();
  child.kill('SIGTERM');
  expect(await event()).toMatchObject({ event: 'stopping' });
  const ready = await fetch(`${url}/calls/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'stopping' }]);
  expect((await fetch(`${url}/calls/healthz`)).status).toBe(200);
  // The older stream goes on: it tells of the newer one.
  await new LineReader(await folder.followRecord(url)).next();
  expect(await stream.next()).toMatchObject({ type: 'log.read' });
  child.kill('SIGTERM');
  expect(await exit).toEqual([null, 'SIGTERM']);
});

test('that time being over, it ends', async () => {
  const { child, exit, event } = await start(1);
  child.kill('SIGTERM');
  expect(await event()).toMatchObject({ event: 'stopping' });
  expect(await event()).toMatchObject({ event: 'stopped' });
  expect(await exit).toEqual([0, null]);
});
