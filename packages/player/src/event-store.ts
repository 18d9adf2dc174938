const NAME = 'secure-call-outbox';
const VERSION = 1;

/** A signed event as the browser keeps it. Whoever has the device can read, change and delete it. */
export interface KeptEvent {
  /** Base address of the key service whose session it belongs to. */
  readonly service: string;
  readonly eventSeq: number;
  /** Compact JWS. */
  readonly jws: string;
  /** Milliseconds since 1970, by the browser's clock. */
  readonly at: number;
  /**
   * `waiting` for the service's acknowledgement; the newest `recorded` one, by which a later page finds out how far the
   * record goes; or the `closing` that is signed before anyone knows whether it is the last.
   */
  readonly kind: 'waiting' | 'recorded' | 'closing';
}

/**
 * Signed events in IndexedDB, under session and number, until the service has them on record; and how many were dropped
 * unrecorded, under the service. Every method rejects with a `DOMException` where the browser refuses.
 */
export class EventStore {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
    // A later version of this code may want to change the stores.
    database.onversionchange = () => database.close();
  }

  /** @throws {DOMException} in private windows, on opaque origins and wherever else there is no such store */
  static async open(): Promise<EventStore> {
    const opening = indexedDB.open(NAME, VERSION);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore('events');
      opening.result.createObjectStore('lost');
    };
    return new EventStore(await resultOf(opening));
  }

  /** @param lostTold - dropped events that one of these tells of, and that are told no more */
  keep(sid: string, events: readonly KeptEvent[], lostTold = 0): Promise<void> {
    return this.#change((kept, lost, transaction) => {
      for (const event of events) kept.put(event, [sid, event.eventSeq]);
      const [first] = events;
      if (first && lostTold > 0) addLost(lost, first.service, -lostTold);
      // Without waiting for this page, which may not live to see the answers.
      else transaction.commit();
    });
  }

  /** Removes what comes before an event that is on record; that one stays. */
  recorded(sid: string, event: KeptEvent): Promise<void> {
    return this.#change((kept, _lost, transaction) => {
      kept.delete(IDBKeyRange.bound([sid], [sid, event.eventSeq]));
      kept.put(event, [sid, event.eventSeq]);
      transaction.commit();
    });
  }

  /** Removes a session's events, of which so many were not recorded. */
  forget(sid: string, service: string, unrecorded: number): Promise<void> {
    return this.#change((kept, lost) => {
      kept.delete(wholeSession(sid));
      if (unrecorded > 0) addLost(lost, service, unrecorded);
    });
  }

  /** Sessions of which something is kept. */
  async sessions(): Promise<string[]> {
    const keys = await resultOf(this.#read('events').getAllKeys());
    const names = keys.map(key => (Array.isArray(key) ? key[0] : undefined));
    return [...new Set(names.filter(name => typeof name === 'string'))];
  }

  /** What is kept of a session, oldest first, as far as it has the form of an event. */
  async eventsOf(sid: string): Promise<KeptEvent[]> {
    const kept: unknown[] = await resultOf(this.#read('events').getAll(wholeSession(sid)));
    return kept.filter(isKeptEvent).toSorted((a, b) => a.eventSeq - b.eventSeq);
  }

  /** How many events for this service were dropped unrecorded and not told of yet. */
  async lost(service: string): Promise<number> {
    return countOf(await resultOf(this.#read('lost').get(service)));
  }

  close(): void {
    this.#database.close();
  }

  #read(store: 'events' | 'lost'): IDBObjectStore {
    return this.#database.transaction(store).objectStore(store);
  }

  #change(
    change: (events: IDBObjectStore, lost: IDBObjectStore, transaction: IDBTransaction) => void,
  ): Promise<void> {
    const transaction = this.#database.transaction(['events', 'lost'], 'readwrite', { durability: 'strict' });
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
      change(transaction.objectStore('events'), transaction.objectStore('lost'), transaction);
    });
  }
}

/** Arrays sort behind numbers. https://www.w3.org/TR/IndexedDB/#compare-two-keys */
const wholeSession = (sid: string): IDBKeyRange => IDBKeyRange.bound([sid], [sid, []]);

function addLost(lost: IDBObjectStore, service: string, events: number): void {
  const reading: IDBRequest<unknown> = lost.get(service);
  reading.onsuccess = () => {
    const count = countOf(reading.result) + events;
    if (count > 0) lost.put(Math.min(count, 2 ** 32), service);
    else lost.delete(service);
  };
}

const countOf = (kept: unknown): number => (Number.isSafeInteger(kept) ? Math.max(0, Number(kept)) : 0);

const KINDS: readonly unknown[] = ['waiting', 'recorded', 'closing'] satisfies KeptEvent['kind'][];

function isKeptEvent(kept: unknown): kept is KeptEvent {
  const { service, eventSeq, jws, at, kind } = Object(kept) as Record<keyof KeptEvent, unknown>;
  const texts = typeof service === 'string' && typeof jws === 'string';
  return texts && Number.isSafeInteger(eventSeq) && Number.isFinite(at) && KINDS.includes(kind);
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException('failed', 'UnknownError'));
  });
}
