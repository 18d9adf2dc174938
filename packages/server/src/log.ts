/** What an operator may read: never a token, key, call, session or person. */
export interface LogEntry {
  readonly event: 'refused' | 'failed' | 'started' | 'stopped';
  /** The endpoint, e.g. "POST /sessions". */
  readonly endpoint?: string;
  readonly status?: number;
  readonly code?: string;
  readonly tenant?: string;
  /** Name of an unexpected error's class; its message could hold data. */
  readonly error?: string;
}

export type Log = (entry: LogEntry) => void;
