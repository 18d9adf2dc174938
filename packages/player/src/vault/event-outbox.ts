import {
  type AccessEvent,
  AccessEventChain,
  type AccessEventInput,
  type DeviceKey,
  type SessionId,
  type SignedAccessEvent,
} from '@secure-call/protocol';

/** Signs events in order and keeps each until the host has acknowledged it. */
export class EventOutbox {
  readonly #chain: AccessEventChain;
  readonly #signed: (event: AccessEvent) => void;
  #waiting: SignedAccessEvent[] = [];

  constructor(device: DeviceKey, sid: SessionId, signed: (event: AccessEvent) => void) {
    this.#chain = new AccessEventChain(device, sid);
    this.#signed = signed;
  }

  /** Resolves when the event is signed. */
  async add(input: AccessEventInput): Promise<void> {
    const signed = await this.#chain.sign(input, new Date(), performance.now());
    this.#waiting.push(signed);
    this.#signed(signed.event);
  }

  /** Compact JWS, oldest first. */
  get unacknowledged(): readonly string[] {
    return this.#waiting.map(signed => signed.jws);
  }

  /** @param ack - number of the last event the host has on record */
  acknowledge(ack: number): void {
    this.#waiting = this.#waiting.filter(signed => signed.event.eventSeq > ack);
  }
}
