import { type CallPlayer, isOpen } from '@secure-call/player';
import { useCallState } from '@secure-call/react';
import type { ReactNode } from 'react';

const stepSeconds = 10;
const rates = [0.75, 1, 1.25, 1.5, 2];

/** Buttons of one's own. Each follows the part of the state it shows. */
export function Transport({ player }: { readonly player: CallPlayer }): ReactNode {
  return (
    <div className="transport">
      <button type="button" onClick={() => skip(player, -stepSeconds)}>
        − {stepSeconds} s
      </button>
      <PlayButton player={player} />
      <button type="button" onClick={() => skip(player, stepSeconds)}>
        + {stepSeconds} s
      </button>
      <Rate player={player} />
      <button type="button" onClick={() => player.lock()}>
        Lock
      </button>
    </div>
  );
}

function PlayButton({ player }: { readonly player: CallPlayer }): ReactNode {
  const isPlaying = useCallState(player, ({ status }) => status === 'playing' || status === 'waiting');
  const toggle = (): void => {
    if (isPlaying) player.pause();
    // What goes wrong is in the player's state.
    else player.play().catch(() => undefined);
  };
  return (
    <button type="button" onClick={toggle}>
      {isPlaying ? 'Pause' : 'Play'}
    </button>
  );
}

function Rate({ player }: { readonly player: CallPlayer }): ReactNode {
  const rate = useCallState(player, state => (isOpen(state) ? state.playbackRate : 1));
  return (
    <label>
      Speed{' '}
      <select value={rate} onChange={event => player.set({ playbackRate: Number(event.target.value) })}>
        {rates.map(rate => (
          <option key={rate} value={rate}>
            {rate} ×
          </option>
        ))}
      </select>
    </label>
  );
}

function skip(player: CallPlayer, seconds: number): void {
  if (isOpen(player.state)) player.seek(player.state.positionSeconds + seconds);
}
