import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { PushMessage } from '@secure-call/protocol';
import { nodeListener } from '@secure-call/server';
import express from 'express';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Browser, type Fetch } from './browser.ts';
import { LineReader } from './line-reader.ts';
import { PUBLIC_URL } from './service-options.ts';
import { grantInput, TestService } from './test-service.ts';

/** A host's application with the service below `/calls`, as docs/service.md says. */
const hosts: readonly { readonly name: string; readonly create: (handle: Fetch) => Server }[] = [
  {
    name: 'Hono',
    create(handle) {
      const app = new Hono();
      app.all('/calls/*', context => handle(context.req.raw));
      app.post('/own', async context => context.text(await context.req.text()));
      return createAdaptorServer({ fetch: app.fetch, createServer }) as Server;
    },
  },
  {
    name: 'Hono, mounted',
    create(handle) {
      const app = new Hono();
      app.mount('/calls', handle);
      app.post('/own', async context => context.text(await context.req.text()));
      return createAdaptorServer({ fetch: app.fetch, createServer }) as Server;
    },
  },
  {
    name: 'Express',
    create(handle) {
      const app = express();
      app.use('/calls', nodeListener(handle, 'https://keys.example'));
      app.use(express.text());
      app.post('/own', (request, response) => void response.send(String(request.body)));
      return createServer(app);
    },
  },
];

describe.for(hosts)('in $name', ({ create }) => {
  let service: TestService;
  let server: Server;
  let origin: string;
  /** Of every request that the service got. */
  let signals: AbortSignal[];
  beforeEach(async () => {
    service = await TestService.start();
    signals = [];
    server = create(request => {
      signals.push(request.signal);
      return service.fetch(request);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await service.stop();
  });

  /** Sends what is meant for the public URL to the server that stands behind it. */
  const send = async (request: Request, signal?: AbortSignal): Promise<Response> =>
    fetch(request.url.replace(new URL(PUBLIC_URL).origin, origin), {
      method: request.method,
      headers: request.headers,
      body: await request.text(),
      ...(signal ? { signal } : {}),
    });

  async function openSession(signal?: AbortSignal) {
    const call = await service.registerCall();
    const browser = await Browser.create(request => send(request, signal), PUBLIC_URL);
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    return { browser, session };
  }

  test('sessions and leases', async () => {
    const { browser, session } = await openSession();
    expect(await browser.lease(session, { leaseSeq: 1, from: 12 })).toMatchObject({ from: 12, to: 24 });
    const closed = await browser.prove(`/sessions/${session.session}`, {}, 'DELETE');
    expect(closed.status).toBe(204);
    expect(closed.headers.get('access-control-allow-origin')).toBe('*');
  });

  test('a body that is too large is refused in words, and the connection goes on', async () => {
    const refused = await fetch(`${origin}/calls/sessions`, { method: 'POST', body: 'x'.repeat(1_000_000) });
    expect(await refused.json()).toMatchObject({ code: 'request_invalid' });
    expect((await fetch(`${origin}/calls/healthz`)).status).toBe(200);
  });

  test('what is not below the path is the host’s own', async () => {
    expect(await (await fetch(`${origin}/own`, { method: 'POST', body: 'mine' })).text()).toBe('mine');
    expect((await fetch(`${origin}/calls/own`)).headers.get('content-type')).toBe('application/problem+json');
  });

  test('a stream stays open and tells of the end', async () => {
    const { browser, session } = await openSession();
    const stream = await browser.prove(`/sessions/${session.session}/stream`, {});
    const lines = new LineReader<PushMessage>(stream);
    expect(await lines.next()).toMatchObject({ type: 'epoch' });
    const end = lines.find(({ type }) => type !== 'epoch');
    await service.asRole(await service.roleToken('privacy'), '/revocations', { session: session.session });
    expect(await end).toMatchObject({ type: 'revoked' });
    expect(await lines.next()).toBeUndefined();
  });

  test('a stream ends when the client goes', async () => {
    const gone = new AbortController();
    const { browser, session } = await openSession(gone.signal);
    const stream = await browser.prove(`/sessions/${session.session}/stream`, {});
    const lines = new LineReader<PushMessage>(stream);
    await lines.next();
    const signal = signals.at(-1);
    if (!signal) throw new Error('The service got no request.');
    const aborted = once(signal, 'abort');
    gone.abort();
    await expect(lines.next()).rejects.toThrow('aborted');
    await aborted;
  });
});
