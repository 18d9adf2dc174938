import type { PushMessage, SessionId } from '@secure-call/protocol';

/** Why a session's streams end, or undefined when there is nothing to tell the player. */
export type FinalPush = Extract<PushMessage['type'], 'revoked' | 'expired' | 'erased'> | undefined;

type Listener = (push: FinalPush) => void;

/** Streams of one session beyond this number end the oldest. */
const MAX_STREAMS = 4;

/** Brings the end of a session to its open streams in this process. */
export class SessionPushes {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** How many streams are open. */
  get count(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** @returns a function that stops listening */
  listen(sid: SessionId, listener: Listener): () => void {
    const listeners = this.#listeners.get(sid) ?? new Set<Listener>();
    this.#listeners.set(sid, listeners);
    const [oldest] = listeners;
    if (oldest && listeners.size >= MAX_STREAMS) {
      listeners.delete(oldest);
      oldest(undefined);
    }
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(sid) === listeners) this.#listeners.delete(sid);
    };
  }

  end(sid: string, push: FinalPush): void {
    const listeners = this.#listeners.get(sid) ?? [];
    this.#listeners.delete(sid);
    for (const listener of listeners) listener(push);
  }

  /** Ends every stream without a message: the service stops, the sessions go on. */
  endAll(): void {
    for (const sid of this.#listeners.keys()) this.end(sid, undefined);
  }
}
