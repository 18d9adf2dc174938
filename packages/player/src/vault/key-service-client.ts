import {
  type DeviceKey,
  fromProblem,
  type ProofInput,
  proveRequest,
  ServiceRefusal,
} from '@secure-call/protocol';
import { eventBatches, KEEPALIVE_BYTES } from '../event-batches.ts';
import { ANSWER_TIMEOUT_MS, eventsUrl, reach, serviceBase, unreachable } from '../service-request.ts';

type ProofOptions = Pick<ProofInput, 'grant' | 'method'>;

/** Speaks to the key service: proves every request, keeps the nonce, tells refusals from silence. */
export class KeyServiceClient {
  readonly #base: string;
  readonly #device: DeviceKey;
  #nonce: string | undefined;

  constructor(base: string, device: DeviceKey) {
    this.#base = serviceBase(base);
    this.#device = device;
  }

  url(path: string): string {
    return this.#base + path;
  }

  /** The nonce of the service's last answer, for the next proof (RFC 9449 section 8.2). */
  set nonce(nonce: string) {
    this.#nonce = nonce;
  }

  /**
   * A proven POST; retried once with a fresh nonce where the service asks for it.
   * @returns the answer's JSON
   * @throws {SecureCallError} `ServiceRefusal` with the service's code, or `service_unreachable`
   */
  async post(path: string, payload: unknown, options: ProofOptions = {}): Promise<unknown> {
    const response = await this.#proven(path, payload, options, AbortSignal.timeout(ANSWER_TIMEOUT_MS));
    return jsonOf(response);
  }

  /** A proven POST whose answer is read as it comes. The timeout covers the headers only. */
  async openStream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#proven(path, {}, {}, signal);
    if (!response.body) throw unreachable();
    return response.body;
  }

  /**
   * Delivers signed events without a proof: each proves itself. What is under way survives the end of the page.
   * @param unacknowledged - compact JWS, oldest first
   * @throws {SecureCallError} when some were not taken; those behind them are not sent then
   */
  async deliver(sid: string, unacknowledged: readonly string[]): Promise<void> {
    for (const events of eventBatches(unacknowledged, KEEPALIVE_BYTES)) {
      const body = JSON.stringify({ events });
      await request(eventsUrl(this.#base, sid), { body, keepalive: true }).catch((error: unknown) => {
        if (error instanceof ServiceRefusal) throw error;
        // The browser refuses it where requests of the host have used up the room.
        return request(eventsUrl(this.#base, sid), { body });
      });
    }
  }

  /** Ends the session on record. */
  async close(path: string): Promise<void> {
    await this.#proven(path, {}, { method: 'DELETE' }, AbortSignal.timeout(ANSWER_TIMEOUT_MS));
  }

  async #proven(
    path: string,
    payload: unknown,
    options: ProofOptions,
    signal: AbortSignal,
  ): Promise<Response> {
    const text = JSON.stringify(payload);
    const send = async (): Promise<Response> => {
      const nonce = this.#nonce === undefined ? {} : { nonce: this.#nonce };
      const body = await proveRequest(this.#device, {
        htu: this.url(path),
        payload: text,
        ...nonce,
        ...options,
      });
      return request(this.url(path), { method: options.method ?? 'POST', body, signal });
    };
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ServiceRefusal) || error.code !== 'use_dpop_nonce' || !error.nonce) throw error;
      this.#nonce = error.nonce;
      return send();
    }
  }
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await reach(url, init);
  if (response.ok) return response;
  const refusal = fromProblem(await response.json().catch(() => undefined));
  throw refusal ?? unreachable();
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw unreachable();
  }
}
