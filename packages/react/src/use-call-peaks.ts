'use client';

import type { CallPlayer, Peaks } from '@secure-call/player';
import { useCallback, useSyncExternalStore } from 'react';

/** Loudness over time, to draw a waveform from; undefined until the call is open, and while it is locked. */
export function useCallPeaks(player: CallPlayer): Peaks | undefined {
  const subscribe = useCallback((listener: () => void) => player.subscribe(listener), [player]);
  return useSyncExternalStore(
    subscribe,
    () => player.peaks,
    () => undefined,
  );
}
