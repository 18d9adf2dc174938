import { type CallPlayer, isOpen, type OpenCall } from '@secure-call/player';
import { useCallPeaks, useCallState } from '@secure-call/react';
import { type ReactNode, useEffect, useRef } from 'react';
import { drawPeaks } from './draw-peaks.ts';

/** Both voices over time, the heard part stronger, under a range input that seeks. */
export function Waveform({ player }: { readonly player: CallPlayer }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const peaks = useCallPeaks(player);
  const { position, duration } = useCallState(player, secondsOf, isSameTime);
  useEffect(() => {
    const { current } = canvas;
    if (!current || !peaks) return;
    // Called once at the start too.
    const resizes = new ResizeObserver(() => drawPeaks(current, peaks, position / duration));
    resizes.observe(current);
    return () => resizes.disconnect();
  }, [peaks, position, duration]);
  return (
    <div className="waveform">
      <canvas ref={canvas} aria-hidden="true" />
      <input
        type="range"
        aria-label="Position"
        aria-valuetext={`${clock(position)} of ${clock(duration)}`}
        max={duration}
        value={position}
        onChange={event => player.seek(Number(event.target.value))}
      />
      <span>
        {clock(position)} / {clock(duration)}
      </span>
    </div>
  );
}

interface Time {
  readonly position: number;
  readonly duration: number;
}

/** Whole seconds: finer ones would draw the page more often than anyone sees. */
function secondsOf(state: CallPlayer['state']): Time {
  const open: Pick<OpenCall, 'positionSeconds' | 'durationSeconds'> = isOpen(state)
    ? state
    : { positionSeconds: 0, durationSeconds: 1 };
  return { position: Math.floor(open.positionSeconds), duration: Math.ceil(open.durationSeconds) };
}

const isSameTime = (before: Time, after: Time): boolean =>
  before.position === after.position && before.duration === after.duration;

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
