import type { GrantRefusalReason } from './grant-refusal.ts';

/** What an operator may read: never a token, key, call, session or person. */
export interface LogEntry {
  /** refused: the client's fault or a rule. failed: ours. checkpoint.failed: none was signed or kept; nobody asked. erasure.failed:
   * database and folder could not be brought together. keys.failed: those of an issuer cannot be
   * read, and stay as they were. retention.failed: what is due was not deleted. delivery.failed: an audit repository does not know
   * what it should; it is tried again. */
  readonly event:
    | 'refused'
    | 'failed'
    | 'checkpoint.failed'
    | 'erasure.failed'
    | 'keys.failed'
    | 'retention.failed'
    | 'delivery.failed';
  /** The endpoint, e.g. "POST /sessions". */
  readonly endpoint?: string;
  readonly status?: number;
  readonly code: string;
  /** Of a refused grant: the check that failed. */
  readonly reason?: GrantRefusalReason;
  /** Name of an unexpected error's class; its message could hold data. */
  readonly error?: string;
}

export type Log = (entry: LogEntry) => void;
