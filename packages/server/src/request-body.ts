import type { IncomingMessage } from 'node:http';
import { type Bytes, concat, fromUtf8, ServiceRefusal } from '@secure-call/protocol';
import { messageOf } from './lazy-request.ts';

/**
 * Reads a request's body as UTF-8, never further than allowed.
 * @throws {ServiceRefusal} `request_invalid`
 */
export async function readBody(
  request: Pick<Request, 'body' | 'headers'>,
  maxBytes: number,
): Promise<string> {
  const bytes = await readBytes(request, maxBytes);
  try {
    return fromUtf8(bytes);
  } catch {
    throw new ServiceRefusal('request_invalid', 'The request is not UTF-8.');
  }
}

/**
 * Reads a request's body, never further than allowed.
 * @throws {ServiceRefusal} `request_invalid`
 */
export async function readBytes(
  request: Pick<Request, 'body' | 'headers'>,
  maxBytes: number,
): Promise<Bytes> {
  const message = messageOf(request);
  const length = message ? message.headers['content-length'] : request.headers.get('content-length');
  if (Number(length ?? 0) > maxBytes) throw tooLarge();
  return message ? readMessage(message, maxBytes) : readStream(request.body, maxBytes);
}

/** As it comes from the connection. */
function readMessage(message: IncomingMessage, maxBytes: number): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    let total = 0;
    const settle = (action: () => void): void => {
      message.off('data', take).off('end', end).off('close', broken).off('error', broken);
      action();
    };
    const take = (part: Uint8Array): void => {
      total += part.length;
      parts.push(part);
      if (total <= maxBytes) return;
      message.pause();
      settle(() => reject(tooLarge()));
    };
    const end = (): void => settle(() => resolve(concat(...parts)));
    const broken = (): void => settle(() => reject(brokenOff()));
    if (message.readableEnded || message.destroyed) return broken();
    message.on('data', take).once('end', end).once('close', broken).once('error', broken);
  });
}

async function readStream(body: Request['body'], maxBytes: number): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let total = 0;
  const reader = body?.getReader();
  for (let next = await nextPart(reader); next; next = await nextPart(reader)) {
    total += next.length;
    if (total > maxBytes) {
      await reader?.cancel();
      throw tooLarge();
    }
    parts.push(next);
  }
  return concat(...parts);
}

async function nextPart(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<Uint8Array | undefined> {
  try {
    return (await reader?.read())?.value;
  } catch {
    throw brokenOff();
  }
}

const brokenOff = (): ServiceRefusal =>
  new ServiceRefusal('request_invalid', 'The request ended before it was complete.');

const tooLarge = (): ServiceRefusal => new ServiceRefusal('request_invalid', 'The request is too large.');
