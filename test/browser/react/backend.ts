import type { AuthorizeRequest } from '@secure-call/player';

/** A host's backend that has not answered yet; as `fetch` does, it gives up with the signal. */
export function neverAnswers({ signal }: AuthorizeRequest): Promise<string> {
  return new Promise((_, reject) => {
    const giveUp = (): void => reject(signal.reason);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
  });
}
