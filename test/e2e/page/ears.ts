import { compareWithPackage } from './package-comparison.ts';
import type { Comparison } from './sound-comparison.ts';
import { installSoundTap, type SoundTap } from './sound-tap.ts';

/** What hears a page that knows nothing of tests. */
export interface Ears extends SoundTap {
  /** Compares both channels with those media seconds of an fMP4. */
  compare(mp4Base64: string, fromSeconds: number, toSeconds: number): Promise<[Comparison, Comparison]>;
}

/** Runs before the page's own scripts. */
export function installEars(workletUrl: string): Ears {
  const tap = installSoundTap(workletUrl);
  return Object.assign(tap, {
    compare: (mp4Base64: string, fromSeconds: number, toSeconds: number) =>
      compareWithPackage(tap, mp4Base64, fromSeconds, toSeconds),
  });
}
