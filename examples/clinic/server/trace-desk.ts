import { SecureCallError } from '@secure-call/protocol';
import type { OfficerClient } from './officer-client.ts';

/** Ten minutes of an uncompressed telephone call fit several times over. The page says so before it sends more. */
export const MAX_LEAK_BYTES: number = 50 * 1024 * 1024;

/** Has the key service find out whose copy a file is. A real application would ask here who is signed in. */
export class TraceDesk {
  readonly #officer: OfficerClient;

  constructor(officer: OfficerClient) {
    this.#officer = officer;
  }

  /**
   * Passes a file on as it comes.
   * @returns the key service's report, or its refusal
   * @throws {SecureCallError} `request_invalid` when the file has no length or is too large, `service_unreachable`
   */
  async trace({ body, headers, signal }: Request): Promise<Response> {
    const declaredBytes = Number(headers.get('content-length') ?? Number.NaN);
    if (!(declaredBytes <= MAX_LEAK_BYTES))
      throw new SecureCallError('request_invalid', 'The file has no length, or is too large.');
    // Undici asks for `duplex` where a body streams (WHATWG Fetch, RequestInit.duplex).
    const init = { method: 'POST', body, signal, duplex: 'half' };
    const answer = await this.#officer.ask('auditor', '/traces', init);
    const type = answer.headers.get('content-type') ?? 'application/json';
    return new Response(answer.body, { status: answer.status, headers: { 'content-type': type } });
  }
}
