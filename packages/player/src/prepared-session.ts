import type { ListeningSession } from './listening-session.ts';

/**
 * A session made ready while the listener says why they listen: Worker and device key, engine, media element, audio graph.
 * Nobody is asked anything for it, and it is ended where it is not used.
 */
export class PreparedSession {
  readonly #create: () => ListeningSession;
  #session: ListeningSession | undefined;

  constructor(create: () => ListeningSession) {
    this.#create = create;
  }

  /** A head start only: whatever fails here fails again in opening, which tells it. */
  make(): void {
    if (this.#session) return;
    try {
      this.#session = this.#create();
    } catch {
      return;
    }
    this.#session.prepare();
    // Back-forward caches keep a page's memory alive: nothing may be left in it.
    addEventListener('pagehide', this.drop);
  }

  /** The session that is ready, or a new one. Whoever takes it ends it. */
  take(): ListeningSession {
    const session = this.#session ?? this.#create();
    this.#forget();
    return session;
  }

  /** Ends what was made ready. */
  readonly drop = (): void => {
    this.#session?.wipe();
    this.#forget();
  };

  #forget(): void {
    this.#session = undefined;
    removeEventListener('pagehide', this.drop);
  }
}
