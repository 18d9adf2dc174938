import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Origin } from '../support/deployment.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';
import type { SyntheticCall } from '../unit/server/synthetic-call.ts';
import { SeededRandom } from './seeded-random.ts';

let service: TestService;
let origin: Origin;
let call: SyntheticCall;

beforeAll(async () => {
  service = await TestService.start();
  call = await service.registerCall();
  origin = await Origin.listen(service.fetch);
});
afterAll(async () => {
  await origin.stop();
  await service.stop();
});

/** Sends raw bytes and hangs up without waiting. */
async function hurl(bytes: string | Buffer): Promise<void> {
  const socket = createConnection(Number(new URL(origin.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  socket.resetAndDestroy();
}

/** Sends raw bytes. @returns the status line of the answer */
async function ask(bytes: string): Promise<string> {
  const socket = createConnection(Number(new URL(origin.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(bytes);
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return first.toString().split('\r\n')[0] ?? '';
}

async function goodSession(): Promise<void> {
  const browser = await service.browser();
  const session = await browser.openSession(
    await service.grant(grantInput(call, browser, { sub: 'nurse-9' })),
  );
  expect(session.lease.keys.length).toBeGreaterThan(0);
}

describe('rubbish by the thousand', () => {
  test('ten thousand forged requests: each is refused, none is recorded, good sessions go on', async () => {
    const browser = await service.browser();
    const grant = await service.grant(grantInput(call, browser));
    const forged = `${grant.slice(0, -6)}AAAAAA`;
    const before = (await service.records()).length;
    const payload = JSON.stringify({ grant: forged, ecdh: browser.ecdh.publicPoint });
    const statuses = new Set<number>();
    for (let batch = 0; batch < 100; batch += 1) {
      const attempts = Array.from({ length: 100 }, () =>
        batch % 10 === 0
          ? browser.post('/sessions', payload, { grant: forged })
          : browser.send('/sessions', JSON.stringify({ proof: forged, payload })),
      );
      for (const response of await Promise.all(attempts)) statuses.add(response.status);
      if (batch % 25 === 0) await goodSession();
    }
    expect([...statuses]).toEqual([401]);
    const added = (await service.records()).slice(before);
    expect(added.filter(record => record.type === 'grant.refused')).toEqual([]);
  });

  test('JSON that is deep, wide or poisoned is refused in words', async () => {
    const browser = await service.browser();
    const bodies = [
      '['.repeat(30_000),
      `{"a":`.repeat(5000),
      '{"__proto__":{"proof":"a.b.c","payload":"{}"}}',
      '{"proof":{"toString":1},"payload":[]}',
      '{"constructor":{"prototype":{"polluted":true}},"proof":"x","payload":"y"}',
      `{"proof":"${'A'.repeat(30_000)}","payload":"{}"}`,
      '\u0000'.repeat(1000),
      '',
      'null',
    ];
    for (const body of bodies) {
      for (const path of [
        '/sessions',
        `/sessions/${'A'.repeat(22)}/leases`,
        `/sessions/${'A'.repeat(22)}/events`,
      ]) {
        const response = await browser.send(path, body);
        expect([400, 401, 404]).toContain(response.status);
        expect(response.headers.get('content-type')).toBe('application/problem+json');
      }
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('bodies beyond the limits are not read to their end', async () => {
    const browser = await service.browser();
    const megabytes = 'x'.repeat(4 * 1024 * 1024);
    for (const path of ['/sessions', '/registrations', `/sessions/${'A'.repeat(22)}/leases`]) {
      const response = await browser.send(path, megabytes);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('too large');
    }
    // Who has no token is not read at all.
    expect((await browser.send('/revocations', megabytes)).status).toBe(401);
  });
});

describe('connections that misbehave', () => {
  test('requests that break off, lie about their length or are no HTTP do not stop the service', async () => {
    const random = new SeededRandom(3);
    const head = 'POST /calls/sessions HTTP/1.1\r\nhost: keys.example\r\n';
    const shapes = [
      `${head}content-length: 100\r\n\r\nhalf`,
      `${head}transfer-encoding: chunked\r\n\r\n5\r\nab`,
      `${head}transfer-encoding: chunked\r\n\r\nZZ\r\nab\r\n`,
      `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\nhello`,
      `GET /calls/audit/records?follow=1 HTTP/1.1\r\nhost: x\r\n\r\n`,
      `GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nhost: x\r\n\r\n`,
      `TRACE / HTTP/1.1\r\nhost: x\r\n\r\n`,
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
      `GET //evil.example/%2e%2e/%00 HTTP/1.1\r\nhost: x\r\n\r\n`,
    ];
    for (let round = 0; round < 300; round += 1) {
      const shape = shapes[random.below(shapes.length)] ?? '';
      const noise = Buffer.from(Array.from({ length: 200 }, () => random.below(256)));
      await hurl(round % 5 === 0 ? noise : shape.slice(0, 1 + random.below(shape.length)));
    }
    expect(await ask('GET /calls/healthz HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('HTTP/1.1 200 OK');
    await goodSession();
  });

  test('a handler that fails breaks one connection, not the process', async () => {
    const fragile = await Origin.listen(request =>
      request.url.endsWith('/fail') ? Promise.reject(new Error('unexpected')) : service.fetch(request),
    );
    await expect(fetch(`${fragile.url}/fail`)).rejects.toThrow('fetch failed');
    expect((await fetch(`${fragile.url}/calls/healthz`)).status).toBe(200);
    await fragile.stop();
  });

  test('an address of another host in the request line is only looked up here', async () => {
    for (const line of ['GET http://169.254.169.254/latest HTTP/1.1', 'GET //evil.example/x HTTP/1.1'])
      expect(await ask(`${line}\r\nhost: x\r\n\r\n`)).toBe('HTTP/1.1 404 Not Found');
    expect(await ask('TRACE / HTTP/1.1\r\nhost: x\r\n\r\n')).toMatch(/^HTTP\/1\.1 4/);
  });
});
