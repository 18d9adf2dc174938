/** What came of trying to play bytes in one way. */
export interface Attempt {
  readonly way: 'audio' | 'decoder' | 'hls';
  readonly played: boolean;
  /** In the browser's or the library's own words; empty where it said nothing in time. */
  readonly said: string;
}

/** How long a way of playing is waited for. */
export const ANSWER_SECONDS = 8;
