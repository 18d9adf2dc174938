import {
  type AccessEvent,
  AccessEventChain,
  type AccessEventInput,
  type DeviceKey,
  type SessionId,
  type SignedAccessEvent,
} from '@secure-call/protocol';
import { KeptEvents } from './kept-events.ts';

export interface SessionOutboxOptions {
  readonly device: DeviceKey;
  readonly sid: SessionId;
  /** Base address of the key service. */
  readonly service: string;
  /** An event was signed. */
  readonly signed: (event: AccessEvent) => void;
  /**
   * What a last message of the page is to hold: unacknowledged events, oldest first, and the closing behind them. The page
   * answers with `held(upTo)`.
   */
  readonly standing: (events: readonly string[], upTo: number) => void;
  /** Where playback is, in seconds. */
  readonly position: () => number;
}

/**
 * Signs a session's events in order, and keeps each until the service has acknowledged it.
 *
 * Behind the newest event a `client.closed` stands signed, and the next event takes its number. So that not both of them
 * reach the service, an event goes to the page first, whose last message would hold the closing; only when the page has
 * taken it, it goes to the browser's store and to the service.
 */
export class SessionOutbox {
  readonly #options: SessionOutboxOptions;
  readonly #chain: AccessEventChain;
  readonly #kept: KeptEvents;
  #awaiting: readonly { readonly eventSeq: number; readonly held: () => void }[] = [];
  #waiting: readonly SignedAccessEvent[] = [];
  #closing: SignedAccessEvent | undefined;
  #signedSeq = 0;
  #closed = false;
  /** Number of the last event that the page has taken. */
  #heldSeq = -1;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: SessionOutboxOptions) {
    this.#options = options;
    this.#chain = new AccessEventChain(options.device, options.sid);
    this.#kept = new KeptEvents(options.service, options.sid, () => this.#degraded({ why: 'unkept' }));
  }

  /** Signs a closing for whoever leaves before the first event, and tells what earlier sessions lost. */
  async open(): Promise<void> {
    await this.#inTurn(async () => {
      this.#closing = await this.#signClosing(0);
      this.#tell();
    });
    const events = await this.#kept.lost();
    if (events > 0) this.#degraded({ why: 'lost', events });
  }

  /** Resolves when the event is signed and the page holds it. */
  async add(input: AccessEventInput): Promise<void> {
    let eventSeq = 0;
    await this.#inTurn(async () => {
      const signed = await this.#chain.sign(input, new Date(), performance.now());
      const closing = await this.#signClosing(input.position);
      eventSeq = signed.event.eventSeq;
      this.#take(signed, closing);
    });
    await this.#untilHeld(eventSeq);
  }

  /** Resolves when the page holds all that is being added now. */
  async settled(): Promise<void> {
    await this.#tail;
    await this.#untilHeld(this.#signedSeq);
  }

  async #untilHeld(eventSeq: number): Promise<void> {
    if (eventSeq <= this.#heldSeq) return;
    await new Promise<void>(held => {
      this.#awaiting = [...this.#awaiting, { eventSeq, held }];
    });
  }

  /** The page has taken every event up to this number. */
  held(upTo: number): void {
    if (upTo <= this.#heldSeq) return;
    const fresh = this.#waiting.filter(
      ({ event }) => event.eventSeq > this.#heldSeq && event.eventSeq <= upTo,
    );
    const closing = this.#closing?.event.eventSeq === upTo + 1 ? [this.#closing] : [];
    this.#heldSeq = upTo;
    this.#kept.keep(
      [...fresh.map(signed => kept(signed, 'waiting')), ...closing.map(signed => kept(signed, 'closing'))],
      fresh.reduce((sum, { event }) => sum + lostIn(event), 0),
    );
    for (const { eventSeq, held } of this.#awaiting) if (eventSeq <= upTo) held();
    this.#awaiting = this.#awaiting.filter(({ eventSeq }) => eventSeq > upTo);
  }

  /** What may go to the service: compact JWS, oldest first. */
  get unacknowledged(): readonly string[] {
    return this.#waiting.filter(({ event }) => event.eventSeq <= this.#heldSeq).map(({ jws }) => jws);
  }

  /** @param ack - number of the last event the service has on record */
  acknowledge(ack: number): void {
    const last = this.#waiting.findLast(({ event }) => event.eventSeq <= ack);
    if (!last) return;
    this.#waiting = this.#waiting.filter(({ event }) => event.eventSeq > ack);
    this.#kept.recorded(kept(last, 'recorded'));
    this.#tell();
  }

  /** The session's last event. The page sends no last message any more, so there is nothing to wait for. */
  async close(position: number): Promise<void> {
    this.#closed = true;
    await this.#inTurn(async () => {
      const input = { type: 'client.closed', position } as const;
      this.#take(await this.#chain.sign(input, new Date(), performance.now()), undefined);
    });
    this.held(this.#signedSeq);
  }

  /** The service has everything. */
  delivered(): Promise<void> {
    return this.#kept.forget();
  }

  #take(signed: SignedAccessEvent, closing: SignedAccessEvent | undefined): void {
    this.#waiting = [...this.#waiting, signed];
    this.#closing = closing;
    this.#signedSeq = signed.event.eventSeq;
    this.#options.signed(signed.event);
    this.#tell();
  }

  #tell(): void {
    const standing = this.#closing ? [...this.#waiting, this.#closing] : this.#waiting;
    this.#options.standing(
      standing.map(({ jws }) => jws),
      this.#signedSeq,
    );
  }

  #signClosing(position: number): Promise<SignedAccessEvent> {
    return this.#chain.signAhead({ type: 'client.closed', position }, new Date(), performance.now());
  }

  #degraded(how: { why: 'unkept' } | { why: 'lost'; events: number }): void {
    // Nothing comes behind the closing.
    if (!this.#closed) void this.add({ type: 'audit.degraded', position: this.#options.position(), ...how });
  }

  /** An event and the closing behind it are signed before the next event is. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}

const kept = <Kind extends string>({ event, jws }: SignedAccessEvent, kind: Kind) => ({
  eventSeq: event.eventSeq,
  jws,
  kind,
});

/** Dropped events of earlier sessions that an event tells of. */
const lostIn = (event: AccessEvent): number =>
  event.type === 'audit.degraded' && event.why === 'lost' ? (event.events ?? 0) : 0;
