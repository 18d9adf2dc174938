import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the application itself decided, before the key service was asked. */
export interface HostDecision {
  readonly person: string;
  readonly call: string;
  readonly granted: boolean;
  readonly purpose: string;
  /** The person's own words. */
  readonly text?: string;
}

/** Keeps the application's own decisions: the key service never hears of those who are refused here. */
export class HostLog {
  readonly #path: string;

  constructor(dataFolder: string) {
    this.#path = join(dataFolder, 'host-decisions.ndjson');
  }

  async append(decision: HostDecision): Promise<void> {
    const line = JSON.stringify({ at: new Date().toISOString(), ...decision });
    await appendFile(this.#path, `${line}\n`, { mode: 0o600 });
  }
}
