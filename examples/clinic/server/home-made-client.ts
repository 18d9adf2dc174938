import {
  AccessEventChain,
  agreeSessionSecret,
  audioTrack,
  type Bytes,
  concat,
  deriveLeaseKey,
  type DeviceKey,
  type EcdhKey,
  fromBase64url,
  generateDeviceKey,
  generateEcdhKey,
  type Lease,
  leaseAnswerSchema,
  type Manifest,
  openManifest,
  openSegment,
  parse,
  proveRequest,
  SecureCallError,
  type SessionAnswer,
  sessionAnswerSchema,
  sha256Base64url,
  slotRange,
  storedVariant,
  unwrapSegmentKey,
} from '@secure-call/protocol';

/**
 * A client that someone wrote for themselves: it speaks the protocol, reports what it has not played, and decrypts instead of
 * playing. The player's mark is not in what it gets; the recording's own mark is.
 */
export class HomeMadeClient {
  readonly #serviceUrl: string;
  readonly #device: DeviceKey;
  readonly #ecdh: EcdhKey;
  #nonce = '';

  private constructor(serviceUrl: string, device: DeviceKey, ecdh: EcdhKey) {
    this.#serviceUrl = serviceUrl;
    this.#device = device;
    this.#ecdh = ecdh;
  }

  static async create(serviceUrl: string): Promise<HomeMadeClient> {
    return new HomeMadeClient(serviceUrl, await generateDeviceKey(), await generateEcdhKey());
  }

  /** What its grant has to be bound to. */
  get thumbprint(): string {
    return this.#device.jkt;
  }

  /** @returns the call's beginning as fragmented MP4, a whole number of leases long */
  async dump(grant: string, seconds: number): Promise<Bytes> {
    const session = await this.#open(grant);
    const manifest = await openManifest(
      session.manifest,
      await sha256Base64url(fromBase64url(session.manifest)),
    );
    const object = await read(`${session.media.base}${audioTrack(manifest).object}`);
    const parts: Bytes[] = [];
    for await (const lease of this.#leases(session, seconds))
      parts.push(...(await this.#decrypt(lease, session, manifest, object)));
    return concat(...parts);
  }

  async #open(grant: string): Promise<SessionAnswer> {
    const payload = { grant, ecdh: this.#ecdh.publicPoint };
    const session = parse(sessionAnswerSchema, await this.#ask('/sessions', payload, { grant }), 'session');
    this.#nonce = session.nonce;
    return session;
  }

  async *#leases(session: SessionAnswer, seconds: number): AsyncGenerator<Lease> {
    yield session.lease;
    const events = new AccessEventChain(this.#device, session.session);
    let { from: before, to: from } = session.lease;
    for (let leaseSeq = 1; from < seconds; leaseSeq += 1) {
      const ranges: [number, number][] = [[before, from]];
      const event = { type: 'playback.listened', position: from, ranges, rate: 1 } as const;
      const { jws } = await events.sign(event, new Date(), leaseSeq);
      const answer = await this.#ask(
        `/sessions/${session.session}/leases`,
        { leaseSeq, from, events: [jws] },
        { nonce: this.#nonce },
      );
      const lease = parse(leaseAnswerSchema, answer, 'lease');
      this.#nonce = lease.nonce;
      yield lease;
      [before, from] = [from, lease.to];
    }
  }

  async #decrypt(lease: Lease, session: SessionAnswer, manifest: Manifest, object: Bytes): Promise<Bytes[]> {
    const { tenant, call, rev } = manifest;
    const secret = await agreeSessionSecret(this.#ecdh.privateKey, session.epk);
    const points = { epk: session.epk, device: this.#ecdh.publicPoint };
    const binding = { tenant, call, rev, sid: session.session, jkt: this.#device.jkt };
    const leaseKey = await deriveLeaseKey(secret, points, { ...binding, leaseSeq: lease.leaseSeq });
    const audio = lease.keys.filter(({ track }) => track === 'audio').sort((a, b) => a.index - b.index);
    const opened = audio.map(async ({ index, variant, wrapped }) => {
      const { start, end } = slotRange(audioTrack(manifest), index);
      const slot = object.slice(start, end);
      return openSegment(await unwrapSegmentKey(leaseKey, wrapped), storedVariant(slot, variant));
    });
    return Promise.all(opened);
  }

  async #ask(
    path: string,
    payload: unknown,
    proof: { readonly grant?: string; readonly nonce?: string },
  ): Promise<unknown> {
    const url = `${this.#serviceUrl}${path}`;
    const body = await proveRequest(this.#device, { htu: url, payload: JSON.stringify(payload), ...proof });
    const response = await fetch(url, { method: 'POST', body }).catch(() => undefined);
    if (response?.ok) return response.json();
    await response?.body?.cancel();
    throw new SecureCallError('service_unreachable', 'The key service gives no keys.');
  }
}

async function read(url: string): Promise<Bytes> {
  const response = await fetch(url);
  return new Uint8Array(await response.arrayBuffer());
}
