import type { TilePattern } from '../tile-grid.ts';

/** The node that puts the mark in, and the one behind it that lets nothing else pass. */
export const MARKER_NAME = 'secure-call-watermark';
export const GUARD_NAME = 'secure-call-watermark-guard';

/** Channels that both nodes carry: left and right. */
export const MARKED_CHANNELS = 2;

/** `processorOptions` of the marker. */
export interface MarkerOptions {
  readonly pattern: TilePattern;
}

/** What the guard tells the page several times a second, and at once when something else than marked sound arrives. */
export interface OutputReport {
  /** The context's time, in seconds. */
  seconds: number;
  /** Sample frames since the first marked one. */
  frames: number;
  /** Of these, sample frames that the marker has marked. */
  markedFrames: number;
  /** Sound came that is not the marker's; nothing passes any more. */
  isForeign: boolean;
  /** The marker let out sound since the last report and none of it came. */
  isMissing: boolean;
}
