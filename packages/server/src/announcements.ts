type Listener = (message: string | undefined) => void;

/** Those who listen to a store's announcements in this process. */
export class Announcements {
  readonly #listeners = new Set<Listener>();

  /** @returns a function that stops listening */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param messages - `undefined` among them: something may have been missed */
  deliver(messages: Iterable<string | undefined>): void {
    for (const message of messages) for (const listener of this.#listeners) listener(message);
  }
}
