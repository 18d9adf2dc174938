import type { SessionAnswer } from '@secure-call/protocol';
import type { Deployment } from './deployment.ts';

/** Makes the host's grants require the real-time mark, and notes which mark the key service allots to each session. */
export class SessionMarks {
  readonly #deployment: Deployment;
  #last: SessionAnswer['watermark'] | undefined;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    const answer = deployment.service.handler;
    deployment.service.serve(async request => {
      const response = await answer(request);
      if (new URL(request.url).pathname === '/sessions' && response.ok) {
        const { watermark } = (await response.clone().json()) as SessionAnswer;
        this.#last = watermark;
      }
      return response;
    });
    this.require('required');
  }

  require(client: 'required' | 'off'): void {
    this.#deployment.claims = input => ({ ...input, call: { ...input.call, watermark: { client } } });
  }

  /** The mark of the session that was opened last. */
  get last(): SessionAnswer['watermark'] {
    if (!this.#last) throw new Error('No session was opened.');
    return this.#last;
  }
}
