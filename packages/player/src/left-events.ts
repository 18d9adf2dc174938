import { isServiceErrorCode } from '@secure-call/protocol';
import { isTrustworthy } from './environment.ts';
import { eventBatches, KEEPALIVE_BYTES } from './event-batches.ts';
import { EventStore, type KeptEvent } from './event-store.ts';
import { ANSWER_TIMEOUT_MS, eventsUrl, reach, serviceBase, unreachable } from './service-request.ts';
import { withLeftSession } from './session-lock.ts';

/** Between tries while the service does not answer. */
const RETRY_MS = [1000, 5000, 15_000, 60_000];
/** What no service has answered for in so long is not kept on. */
const KEPT_MS = 24 * 60 * 60 * 1000;

const SESSION_ID = /^[\w-]{22}$/;

/** For each service that is being delivered to: has it look again, now. */
const running = new Map<string, () => void>();

/**
 * Delivers what earlier pages of this origin signed and this key service has not acknowledged: after a reload, a crash, or
 * while it could not be reached. It needs no key, since each event proves itself. Sessions that live in another page are
 * left to it. What the service does not take any more is dropped and counted; the next session tells the count.
 */
export function deliverLeftEvents(service: string): void {
  if (!('indexedDB' in globalThis && 'locks' in navigator) || !isTrustworthy(service)) return;
  const base = serviceBase(service);
  const lookAgain = running.get(base);
  if (lookAgain) return lookAgain();
  // Where the browser refuses the store there is nothing in it.
  void deliverAll(base)
    .catch(() => undefined)
    .finally(() => running.delete(base));
}

async function deliverAll(service: string): Promise<void> {
  const wake = { now: false, rise: (): void => undefined };
  running.set(service, () => {
    wake.now = true;
    wake.rise();
  });
  const store = await EventStore.open();
  try {
    for (let tries = 0; (await isAnythingLeft(store, service)) || wake.now; tries++) {
      if (!wake.now) await pause(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 0, wake);
      wake.now = false;
    }
  } finally {
    store.close();
  }
}

/** One try for every session. @returns whether some are to be tried again */
async function isAnythingLeft(store: EventStore, service: string): Promise<boolean> {
  const settled: (boolean | undefined)[] = [];
  for (const sid of await store.sessions()) {
    settled.push(await withLeftSession(sid, () => settle(store, service, sid)));
  }
  return settled.includes(false);
}

/** @returns false where the service does not answer */
async function settle(store: EventStore, service: string, sid: string): Promise<boolean> {
  const events = await store.eventsOf(sid);
  const ours = events.filter(event => event.service === service);
  // Another service's player delivers those; what is no event at all is nobody's.
  if (ours.length === 0 && events.length > 0) return true;
  const recorded = new RecordedUpTo(ours);
  try {
    if (SESSION_ID.test(sid)) await deliver(eventsUrl(service, sid), ours, recorded);
  } catch {
    if (ours.some(({ at }) => Date.now() - at < KEPT_MS)) return false;
  }
  await store.forget(sid, service, recorded.missing);
  return true;
}

/** How far a left session's chain is on record, and how far it goes. */
class RecordedUpTo {
  readonly #last: number;
  #seq: number;

  constructor(events: readonly KeptEvent[]) {
    const [first] = events;
    const last = events.at(-1);
    this.#last = last ? last.eventSeq - (last.kind === 'closing' ? 1 : 0) : 0;
    this.#seq = first ? first.eventSeq - (first.kind === 'recorded' ? 0 : 1) : 0;
  }

  get seq(): number {
    return this.#seq;
  }

  get isWhole(): boolean {
    return this.#seq === this.#last;
  }

  /** Events that are not on record. */
  get missing(): number {
    return Math.max(0, this.#last - this.#seq);
  }

  set seq(seq: number) {
    this.#seq = seq;
  }
}

/** Sends what is kept as far as the service takes it. @throws {SecureCallError} `service_unreachable` */
async function deliver(url: string, kept: readonly KeptEvent[], recorded: RecordedUpTo): Promise<void> {
  const [events, closing] = [kept.filter(e => e.kind !== 'closing'), kept.filter(e => e.kind === 'closing')];
  for (const batch of eventBatches(jwsOf(events), KEEPALIVE_BYTES)) {
    const { seq, refused } = await post(url, batch);
    recorded.seq = seq ?? recorded.seq;
    if (refused) return;
  }
  // The session may have gone on behind what was kept of it, to where the closing would contradict it.
  if (closing.length > 0 && recorded.isWhole) await post(url, jwsOf(closing));
}

const jwsOf = (events: readonly KeptEvent[]): string[] => events.map(({ jws }) => jws);

/** What the service made of events. */
interface Settled {
  /** Number of the last event on record, where the answer tells it. */
  readonly seq: number | undefined;
  readonly refused: boolean;
}

/** @throws {SecureCallError} `service_unreachable` when the service is not there, or cannot record anything now */
async function post(url: string, events: readonly string[]): Promise<Settled> {
  const body = JSON.stringify({ events });
  const answer = await reach(url, { body, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  // Read by hand: a page that only delivers does without the validator. Whatever else answers, it is not the service.
  const told = Object(await answer.json().catch(() => undefined)) as Record<string, unknown>;
  if (answer.ok && Number.isSafeInteger(told['ack'])) return { seq: Number(told['ack']), refused: false };
  const isFinal = answer.status < 500 && answer.status !== 429 && isServiceErrorCode(String(told['code']));
  if (!isFinal) throw unreachable();
  const expected = told['expectedEventSeq'];
  return { seq: Number.isSafeInteger(expected) ? Number(expected) - 1 : undefined, refused: true };
}

/** Waits, or until there is reason to look at once. */
function pause(ms: number, wake: { rise: () => void }): Promise<void> {
  return new Promise(resolve => {
    const rise = (): void => {
      clearTimeout(timer);
      removeEventListener('online', rise);
      resolve();
    };
    const timer = setTimeout(rise, ms);
    addEventListener('online', rise);
    wake.rise = rise;
  });
}
