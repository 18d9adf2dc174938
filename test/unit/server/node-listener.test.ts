import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { nodeListener } from '@secure-call/server';
import { afterEach, expect, test } from 'vitest';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(handle: (request: Request) => Promise<Response>): Promise<string> {
  server = createServer(nodeListener(handle, 'https://keys.example'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('method, address, headers and body arrive, and so does the answer', async () => {
  const url = await serve(async request => {
    const seen = [request.method, request.url, request.headers.get('x-test'), await request.text()];
    return new Response(JSON.stringify(seen), { status: 201, headers: { 'x-answer': 'yes' } });
  });
  const response = await fetch(`${url}/a/b?c=d`, { method: 'PUT', body: 'åäö', headers: { 'x-test': '1' } });
  expect(response.status).toBe(201);
  expect(response.headers.get('x-answer')).toBe('yes');
  expect(await response.json()).toEqual(['PUT', 'https://keys.example/a/b?c=d', '1', 'åäö']);
});

test('headers of a stream come before its first line', async () => {
  let send: (text: string) => void = () => undefined;
  const url = await serve(async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = text => controller.enqueue(new TextEncoder().encode(text));
      },
    });
    return new Response(body);
  });
  const response = await fetch(url);
  expect(response.status).toBe(200);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  send('one');
  expect((await reader?.read())?.value).toBe('one');
  await reader?.cancel();
});

test('a client that goes away aborts the request and cancels the stream', async () => {
  const cancelled = deferred();
  const aborted = deferred();
  const url = await serve(async request => {
    request.signal.addEventListener('abort', () => aborted.resolve());
    return new Response(new ReadableStream({ cancel: () => cancelled.resolve() }));
  });
  const gone = new AbortController();
  await fetch(url, { signal: gone.signal });
  gone.abort();
  await Promise.all([aborted.promise, cancelled.promise]);
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>(done => {
    resolve = done;
  });
  return { promise, resolve };
}

test('a body that the handler does not read leaves the connection usable', async () => {
  const url = new URL(await serve(async request => new Response(new URL(request.url).pathname)));
  const socket = connect(Number(url.port), url.hostname);
  const body = 'x'.repeat(1_000_000);
  socket.write(`POST /first HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  socket.write('GET /second HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  let answers = '';
  for await (const chunk of socket) answers += String(chunk);
  expect(answers).toContain('/first');
  expect(answers).toContain('/second');
});

test('a handler that fails ends the connection, not the server', async () => {
  const url = await serve(async request => {
    if (request.url.endsWith('/bad')) throw new Error('broken');
    return new Response('good');
  });
  await expect(fetch(`${url}/bad`)).rejects.toThrow('fetch failed');
  expect(await (await fetch(url)).text()).toBe('good');
});

test('a method that Fetch forbids is refused', async () => {
  const url = new URL(await serve(async () => new Response('never')));
  const socket = connect(Number(url.port), url.hostname);
  socket.write('TRACE / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});
