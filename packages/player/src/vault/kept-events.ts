import { EventStore, type KeptEvent } from '../event-store.ts';
import { holdSession } from '../session-lock.ts';

type Kept = Omit<KeptEvent, 'service' | 'at'>;

/**
 * A living session's events in the browser's store, so that they outlive page, crash and network. Where there is no such
 * store everything goes on without, and `unkept` is called once.
 */
export class KeptEvents {
  readonly #service: string;
  readonly #sid: string;
  readonly #unkept: () => void;
  readonly #store: Promise<EventStore>;
  #release: () => void = () => undefined;
  #failed = false;

  constructor(service: string, sid: string, unkept: () => void) {
    this.#service = service;
    this.#sid = sid;
    this.#unkept = unkept;
    this.#store = this.#open();
    // Told with the first event that should be kept.
    this.#store.catch(() => undefined);
  }

  /** Other pages leave the session alone before anything is kept of it. */
  async #open(): Promise<EventStore> {
    this.#release = await holdSession(this.#sid);
    return EventStore.open();
  }

  /** How many events of earlier sessions were dropped unrecorded and are to be told of. */
  async lost(): Promise<number> {
    return this.#store.then(store => store.lost(this.#service)).catch(() => 0);
  }

  keep(events: readonly Kept[], lostTold: number): void {
    this.#do(store => store.keep(this.#sid, events.map(this.#ours), lostTold));
  }

  recorded(event: Kept): void {
    this.#do(store => store.recorded(this.#sid, this.#ours(event)));
  }

  /** Everything is on record, down to the closing. */
  async forget(): Promise<void> {
    await this.#store.then(store => store.forget(this.#sid, this.#service, 0)).catch(() => undefined);
    this.#release();
  }

  readonly #ours = (event: Kept): KeptEvent => ({ ...event, service: this.#service, at: Date.now() });

  /** In the order of the calls: the store keeps the order of what is begun. */
  #do(work: (store: EventStore) => Promise<void>): void {
    this.#store.then(work).catch(() => {
      if (this.#failed) return;
      this.#failed = true;
      this.#unkept();
    });
  }
}
