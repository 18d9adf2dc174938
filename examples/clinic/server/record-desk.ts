import { type OfficerRole, SecureCallError, type SessionId } from '@secure-call/protocol';
import type { OfficerClient } from './officer-client.ts';

/**
 * Reads the access record and ends sessions. In the demo the page of the person who listens shows both sides; a real
 * application would ask here who is signed in.
 */
export class RecordDesk {
  readonly #officer: OfficerClient;

  constructor(officer: OfficerClient) {
    this.#officer = officer;
  }

  /**
   * A session's records as NDJSON, those there are and those to come.
   * @param after - only records after this place in the order of commits
   */
  async follow(session: SessionId, after: number, signal: AbortSignal): Promise<Response> {
    const query = new URLSearchParams({ follow: '1', sid: session, after: String(after) });
    const answer = await this.#ask('auditor', `/audit/records?${query}`, { signal });
    return new Response(answer.body, { headers: { 'content-type': 'application/x-ndjson' } });
  }

  /** Withdraws the permission to listen; the player falls silent at once. */
  async endSession(session: SessionId): Promise<void> {
    const body = JSON.stringify({ session, reason: 'Ended on the example page.' });
    const answer = await this.#ask('privacy', '/revocations', { method: 'POST', body });
    await answer.body?.cancel();
  }

  async #ask(role: OfficerRole, path: string, init: RequestInit): Promise<Response> {
    const answer = await this.#officer.ask(role, path, init);
    if (answer.ok) return answer;
    await answer.body?.cancel();
    throw new SecureCallError('service_unreachable', 'The key service does not answer.');
  }
}
