import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the application itself decided, before the key service was asked. */
export interface HostDecision {
  readonly person: string;
  readonly role: string;
  /** Its name. */
  readonly unit: string;
  readonly call: string;
  readonly granted: boolean;
  readonly purpose: string;
  /** The person's own words. */
  readonly text?: string;
}

/** A decision, and when it was made: ISO 8601. */
export type DatedDecision = HostDecision & { readonly at: string };

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

  /** Whom the application refused, oldest first. */
  async refusals(): Promise<DatedDecision[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    const lines = text.split('\n').filter(line => line !== '');
    return lines.map(parseLine).filter(({ granted }) => !granted);
  }
}

/** Earlier versions kept neither role nor unit. */
function parseLine(line: string): DatedDecision {
  return { role: '', unit: '', ...(JSON.parse(line) as Omit<DatedDecision, 'role' | 'unit'>) };
}
