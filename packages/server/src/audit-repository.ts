import { SecureCallError, ServiceRefusal } from '@secure-call/protocol';
import * as v from 'valibot';
import type { AuditEvent, AuditEventBatch } from './fhir-types.ts';
import { readBody } from './request-body.ts';
import { isReachable } from './service-config.ts';

export interface AuditRepositoryOptions {
  /** Base of a FHIR R4 server: what a Bundle is posted to (IHE ITI-20, ATX: FHIR Feed). */
  readonly url: string;
  /** The credential's header; asked for every time, so that it may be renewed. @default none */
  readonly credential?: () => Promise<Readonly<Record<string, string>>>;
  /** @default 20 */
  readonly timeoutSeconds?: number;
}

const DEFAULT_TIMEOUT_SECONDS = 20;
const MAX_ANSWER_BYTES = 2 ** 20;
const FHIR_JSON = 'application/fhir+json';

/** Why events are not in the repository. The words are for the operator's log: nothing of an answer is in them. */
export class DeliveryFailure extends Error {
  readonly code:
    | 'credential_unreadable'
    | 'repository_unreachable'
    | 'repository_refused'
    | 'repository_unclear'
    | 'event_refused';
  readonly status: number | undefined;

  constructor(code: DeliveryFailure['code'], status?: number, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.status = status;
  }
}

/** What became of a batch. */
export interface Taken {
  /** How many events the repository took, from the first on. */
  readonly count: number;
  /** Why the one behind them is not taken. */
  readonly failure: DeliveryFailure | undefined;
}

const batchResponse = v.object({
  resourceType: v.literal('Bundle'),
  type: v.literal('batch-response'),
  entry: v.array(v.object({ response: v.object({ status: v.string() }) })),
});

/** A FHIR server that keeps AuditEvents. */
export class AuditRepository {
  readonly #url: string;
  readonly #credential: NonNullable<AuditRepositoryOptions['credential']>;
  readonly #timeoutMs: number;

  /** @throws {SecureCallError} `configuration_invalid` */
  constructor({ url, credential = () => Promise.resolve({}), timeoutSeconds }: AuditRepositoryOptions) {
    if (!/^https?:/i.test(url) || !URL.canParse(url) || !isReachable(new URL(url)))
      throw new SecureCallError(
        'configuration_invalid',
        'The address of an audit repository begins with https://, except on the same machine.',
      );
    this.#url = url;
    this.#credential = credential;
    this.#timeoutMs = (timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  }

  /**
   * Posts events as one batch. Redirects are not followed: the request carries a credential.
   * @param source - the address by which each is known here, before its id
   * @throws {DeliveryFailure} when nobody knows whether any was taken
   */
  async post(source: string, events: readonly AuditEvent[], signal: AbortSignal): Promise<Taken> {
    const body = JSON.stringify(batchOf(source, events));
    const { status, text } = await this.#ask(body, signal);
    if (status < 200 || status > 299) throw new DeliveryFailure('repository_refused', status);
    const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), batchResponse), text);
    // A login page says 200 too.
    if (!answer.success || answer.output.entry.length !== events.length)
      throw new DeliveryFailure('repository_unclear', status);
    return takenOf(answer.output.entry.map(({ response }) => Number.parseInt(response.status, 10)));
  }

  async #ask(body: string, signal: AbortSignal): Promise<{ readonly status: number; readonly text: string }> {
    const credential = await this.#credential().catch((cause: unknown) => {
      throw new DeliveryFailure('credential_unreadable', undefined, { cause });
    });
    const headers = {
      ...credential,
      'content-type': FHIR_JSON,
      accept: FHIR_JSON,
      prefer: 'return=minimal',
    };
    const timely = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]);
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        signal: timely,
      });
      return { status: response.status, text: await readBody(response, MAX_ANSWER_BYTES) };
    } catch (cause) {
      if (cause instanceof ServiceRefusal)
        throw new DeliveryFailure('repository_unclear', undefined, { cause });
      throw new DeliveryFailure('repository_unreachable', undefined, { cause });
    }
  }
}

/** `meta.source` tells a repository which of its events came twice: the id it gives itself. */
const batchOf = (source: string, events: readonly AuditEvent[]): AuditEventBatch => ({
  resourceType: 'Bundle',
  type: 'batch',
  entry: events.map(event => {
    const fullUrl = `${source}/${event.id}`;
    const resource = { ...event, meta: { ...event.meta, source: fullUrl } };
    return { fullUrl, resource, request: { method: 'POST', url: 'AuditEvent' } };
  }),
});

function takenOf(statuses: readonly number[]): Taken {
  const at = statuses.findIndex(status => !(status >= 200 && status <= 299));
  if (at === -1) return { count: statuses.length, failure: undefined };
  return { count: at, failure: new DeliveryFailure('event_refused', statuses[at]) };
}
