import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateDeviceKey } from '@secure-call/protocol';
import fc from 'fast-check';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { eventBatches } from '../../../packages/player/src/event-batches.ts';
import { KeyServiceClient } from '../../../packages/player/src/vault/key-service-client.ts';

const bodyOf = (events: readonly string[]): string => JSON.stringify({ events });

test('batches keep every event and their order, fit, and none could take the next one’s first event', () => {
  const maxBytes = 1000;
  const event = fc.integer({ min: 1, max: 900 }).map(length => 'e'.repeat(length));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 400 }), events => {
      const batches = eventBatches(events, maxBytes);
      expect(batches.flat()).toEqual(events);
      for (const [place, batch] of batches.entries()) {
        expect(batch.length).toBeGreaterThan(0);
        expect(bodyOf(batch).length).toBeLessThanOrEqual(maxBytes);
        const [next] = batches[place + 1] ?? [];
        if (next !== undefined) expect(bodyOf([...batch, next]).length).toBeGreaterThanOrEqual(maxBytes);
      }
    }),
    { numRuns: 100 * inject('countFactor') },
  );
});

test('a batch has no more events than the service takes at once', () => {
  const sizes = eventBatches(Array<string>(600).fill('e'), 60 * 1024).map(batch => batch.length);
  expect(sizes).toEqual([256, 256, 88]);
});

describe('delivery', () => {
  const events = Array.from({ length: 300 }, (_, place) => `${place}.${'e'.repeat(700)}`);

  /** A service that keeps the bodies it was sent and answers with these statuses, then with 200. */
  async function service(statuses: number[]): Promise<{ readonly url: string; readonly bodies: string[][] }> {
    const bodies: string[][] = [];
    let busy = 0;
    const server: Server = createServer((request, response) => {
      busy += 1;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        expect(busy).toBe(1);
        const body = Buffer.concat(chunks).toString();
        expect(body.length).toBeLessThanOrEqual(64 * 1024);
        bodies.push((JSON.parse(body) as { events: string[] }).events);
        busy -= 1;
        const code = statuses.shift() ?? 200;
        const problem = { title: 'An event is missing.', status: code, code: 'event_gap' };
        response.writeHead(code).end(JSON.stringify(code === 200 ? { ack: 0 } : problem));
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
  }

  test('more events than one closing request carries arrive in order, one request after the other', async () => {
    const { url, bodies } = await service([]);
    await new KeyServiceClient(url, await generateDeviceKey()).deliver('/events', events);
    expect(bodies.length).toBeGreaterThan(3);
    expect(bodies.flat()).toEqual(events);
  });

  test('behind a refusal nothing is sent, as it would be a gap', async () => {
    const { url, bodies } = await service([200, 409]);
    const client = new KeyServiceClient(url, await generateDeviceKey());
    await expect(client.deliver('/events', events)).rejects.toMatchObject({ code: 'event_gap' });
    expect(bodies).toHaveLength(2);
  });
});
