import { concat, fromUtf8, ServiceRefusal } from '@secure-call/protocol';

/**
 * Reads a request's body as UTF-8, never further than allowed.
 * @throws {ServiceRefusal} `request_invalid`
 */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const parts: Uint8Array[] = [];
  let total = 0;
  const reader = request.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    total += next.value.length;
    if (total > maxBytes) {
      await reader?.cancel();
      throw tooLarge();
    }
    parts.push(next.value);
  }
  try {
    return fromUtf8(concat(...parts));
  } catch {
    throw new ServiceRefusal('request_invalid', 'The request is not UTF-8.');
  }
}

const tooLarge = (): ServiceRefusal => new ServiceRefusal('request_invalid', 'The request is too large.');
