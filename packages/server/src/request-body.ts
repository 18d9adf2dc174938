import { type Bytes, concat, fromUtf8, ServiceRefusal } from '@secure-call/protocol';

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
  { body, headers }: Pick<Request, 'body' | 'headers'>,
  maxBytes: number,
): Promise<Bytes> {
  if (Number(headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
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
    throw new ServiceRefusal('request_invalid', 'The request ended before it was complete.');
  }
}

const tooLarge = (): ServiceRefusal => new ServiceRefusal('request_invalid', 'The request is too large.');
