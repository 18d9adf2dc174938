/** What a search for the origin of leaked sound found. Plain JSON. */
export interface TraceReport {
  /** Whether anybody is named: at least one listener or session below has `named`. */
  readonly found: boolean;
  /** The call whose mark is in the clips; absent when none was recognised. */
  readonly call?: string;
  /** Its packaging. */
  readonly rev?: number;
  readonly clips: readonly TracedClip[];
  /** People who had keys of the call, likeliest first; the copy's own mark, which no client can change. At most 20. */
  readonly listeners: readonly TracedListener[];
  /** Sessions, likeliest first; the player's mark, which a tampered player can forge or leave out. At most 20. */
  readonly sessions: readonly TracedSession[];
  readonly lookedAt: TraceScope;
  /** All of it in words for whoever decides what follows. */
  readonly summary: string;
}

/** How much was compared; all of it shares the bounds. */
export interface TraceScope {
  /** Packagings of calls. */
  readonly packagings: number;
  /** Of these, those whose seed no archive key opens: they could not be searched for their mark. */
  readonly unreadable: number;
  /** People whose codes were compared. */
  readonly listeners: number;
  /** Sessions whose ids were compared. */
  readonly sessions: number;
}

export interface TracedClip {
  readonly name: string;
  /** Length of the clip. */
  readonly seconds: number;
  /** The call that it is of, and its packaging; absent when none was recognised. */
  readonly call?: string;
  readonly rev?: number;
  /** Second of the recording at which the clip begins, by its best recognised part. */
  readonly fromSeconds?: number;
  /** Factor by which it was played faster, pitch included. */
  readonly speed?: number;
  /** Further factor by which it was made faster with its pitch kept. */
  readonly tempo?: number;
  /** Evidence of the call's mark, whoever listened, nats. */
  readonly markEvidenceNats: number;
  /** Probability, at most, of such evidence in sound without the mark. */
  readonly falsePositiveBound: number;
}

export interface TracedListener {
  readonly iss: string;
  readonly sub: string;
  /** As the last session's grant tells them. */
  readonly name: string;
  readonly unit: { readonly id: string; readonly name: string };
  readonly call: string;
  readonly rev: number;
  /** How well the person's code fits the copy, nats. */
  readonly score: number;
  /** Probability, at most, that anyone who had nothing to do with the copy fits as well. */
  readonly falsePositiveBound: number;
  /** Whether the bound is 1e-9 at most. */
  readonly named: boolean;
  /** Seconds of the recording that the answer rests on. */
  readonly seconds: number;
  /** Segments that have the person's variant, and those that have the other. */
  readonly agreed: number;
  readonly differing: number;
  /** Of `seconds`, those for which the person's sessions were given keys. */
  readonly leasedSeconds: number;
  /** Whether these are all of them. */
  readonly leased: boolean;
}

/**
 * What a session's mark is worth: `none`, the evidence does not reach the bound; `lead`, it does, and nothing is known besides;
 * `confirms`, the copy's own mark names the same person; `contradicts`, the copy's own mark speaks against it, so that the
 * session's was probably put in by someone else.
 */
export type SessionStanding = 'none' | 'lead' | 'confirms' | 'contradicts';

/** A session that may have been recorded. */
export interface QuestionedSession {
  readonly sid: string;
  readonly iss: string;
  readonly sub: string;
  readonly watermarkId: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly call: string;
  readonly rev: number;
}

/** What is known of a session in question. */
export interface TracedSession extends QuestionedSession {
  /** Evidence of the session's mark, nats. */
  readonly score: number;
  /** Probability, at most, that any session's mark seems as much to be in sound that has none. */
  readonly falsePositiveBound: number;
  readonly standing: SessionStanding;
  /** Whether `standing` is `lead` or `confirms`. It is a lead even then. */
  readonly named: boolean;
  /** Seconds of the clip that the answer rests on. */
  readonly seconds: number;
}
