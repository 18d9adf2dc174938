import type { Transcript } from '@secure-call/player';

/** A place in the call that the host's people have marked. */
export interface CallMarker {
  /** From the recording's first sample. */
  readonly seconds: number;
  readonly text: string;
  /** Who marked it, and when. */
  readonly note?: string;
  /** @default 'marker' */
  readonly kind?: 'marker' | 'chapter' | 'silence';
}

/** A place or span with a name. */
export interface Mark {
  readonly kind: 'marker' | 'chapter' | 'silence' | 'redacted' | 'loop';
  readonly from: number;
  /** Of a place, the same as `from`. */
  readonly to: number;
  readonly text: string;
  readonly note?: string;
}

/** What is marked in a call: by the host's people, and by the transcript. */
export function callMarks(transcript: Transcript | undefined, own: readonly CallMarker[]): readonly Mark[] {
  const redacted = (transcript?.cues ?? []).flatMap(({ from, to, pieces }) =>
    pieces.filter(piece => piece.redacted).map(({ text }) => ({ kind: 'redacted' as const, from, to, text })),
  );
  // The last chapter goes on to the end, wherever that is.
  const chapters = (transcript?.chapters ?? []).map(({ from, title }, index, all) => ({
    kind: 'chapter' as const,
    from,
    to: all[index + 1]?.from ?? 1e6,
    text: title,
  }));
  const marked = own.map(({ seconds, kind = 'marker', ...rest }) => ({
    ...rest,
    kind,
    from: seconds,
    to: seconds,
  }));
  return [...redacted, ...chapters, ...marked];
}
