import {
  AccessEventChain,
  agreeSessionSecret,
  deriveLeaseKey,
  type DeviceKey,
  type EcdhKey,
  fromBase64url,
  generateDeviceKey,
  generateEcdhKey,
  type Lease,
  type LeaseAnswer,
  leaseAnswerSchema,
  openManifest,
  parse,
  type Problem,
  problemSchema,
  proveRequest,
  type ProvenMethod,
  type SessionAnswer,
  sessionAnswerSchema,
  sha256Base64url,
  unwrapSegmentKey,
} from '@secure-call/protocol';
import type { AuditRecord } from '@secure-call/protocol';

export type Fetch = (request: Request) => Promise<Response>;

/** What the service answered when it refused. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.title}`);
    this.problem = problem;
  }
}

export async function refusalIn(response: Response): Promise<Refused> {
  return new Refused(parse(problemSchema, await response.json(), 'problem'));
}

export interface LeaseWish {
  readonly leaseSeq: number;
  readonly from: number;
  readonly tracks?: readonly string[];
  readonly events?: readonly string[];
}

/** The browser's side of the protocol, as the player would do it, without any sound. */
export class Browser {
  readonly device: DeviceKey;
  readonly ecdh: EcdhKey;
  readonly #fetch: Fetch;
  readonly #publicUrl: string;
  nonce = '';

  private constructor(fetch: Fetch, publicUrl: string, device: DeviceKey, ecdh: EcdhKey) {
    this.#fetch = fetch;
    this.#publicUrl = publicUrl;
    this.device = device;
    this.ecdh = ecdh;
  }

  static async create(fetch: Fetch, publicUrl: string): Promise<Browser> {
    return new Browser(fetch, publicUrl, await generateDeviceKey(), await generateEcdhKey());
  }

  /** The same device before another service or with another ECDH key. */
  with(changes: { readonly fetch?: Fetch; readonly ecdh?: EcdhKey }): Browser {
    const { fetch = this.#fetch, ecdh = this.ecdh } = changes;
    return new Browser(fetch, this.#publicUrl, this.device, ecdh);
  }

  async openSession(grant: string): Promise<SessionAnswer> {
    const payload = JSON.stringify({ grant, ecdh: this.ecdh.publicPoint });
    const response = await this.post('/sessions', payload, { grant });
    if (!response.ok) throw await refusalIn(response);
    const answer = parse(sessionAnswerSchema, await response.json(), 'session answer');
    this.nonce = answer.nonce;
    return answer;
  }

  async lease(session: SessionAnswer, wish: LeaseWish): Promise<LeaseAnswer> {
    const response = await this.prove(`/sessions/${session.session}/leases`, { events: [], ...wish });
    if (!response.ok) throw await refusalIn(response);
    const answer = parse(leaseAnswerSchema, await response.json(), 'lease answer');
    this.nonce = answer.nonce;
    return answer;
  }

  /** A proven request with the nonce at hand. */
  prove(path: string, payload: unknown, method: ProvenMethod = 'POST'): Promise<Response> {
    return this.post(path, JSON.stringify(payload), { nonce: this.nonce, method });
  }

  async post(
    path: string,
    payload: string,
    proof: { readonly grant?: string; readonly nonce?: string; readonly method?: ProvenMethod },
  ): Promise<Response> {
    const body = await proveRequest(this.device, { htu: `${this.#publicUrl}${path}`, payload, ...proof });
    return this.send(path, body, proof.method);
  }

  send(path: string, body: string, method: string = 'POST'): Promise<Response> {
    const headers = { 'content-type': 'text/plain' };
    return this.#fetch(new Request(`${this.#publicUrl}${path}`, { method, body, headers }));
  }

  events(session: SessionAnswer): AccessEventChain {
    return new AccessEventChain(this.device, session.session);
  }

  /** Unwraps a lease's keys as the browser does. @returns track/index/variant -> key */
  async unwrap(session: SessionAnswer, lease: Lease): Promise<Map<string, CryptoKey>> {
    const manifest = await openManifest(
      session.manifest,
      await sha256Base64url(fromBase64url(session.manifest)),
    );
    const secret = await agreeSessionSecret(this.ecdh.privateKey, session.epk);
    const wrapping = await deriveLeaseKey(
      secret,
      { epk: session.epk, device: this.ecdh.publicPoint },
      {
        tenant: manifest.tenant,
        call: manifest.call,
        rev: manifest.rev,
        sid: session.session,
        leaseSeq: lease.leaseSeq,
        jkt: this.device.jkt,
      },
    );
    const keys = new Map<string, CryptoKey>();
    for (const { track, index, variant, wrapped } of lease.keys)
      keys.set(`${track}/${index}/${variant}`, await unwrapSegmentKey(wrapping, wrapped));
    return keys;
  }
}

/** A record as the log endpoint gives it. */
export type FollowedRecord = AuditRecord & { readonly order: number };
