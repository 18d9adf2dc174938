import type { CallPlayer, ListeningReason, PlayerState } from '@secure-call/player';

/** A call on the player, as it was made. */
export type PlayerCall =
  | readonly ['open', ListeningReason | undefined]
  | readonly ['seek', number]
  | readonly ['set', Readonly<Record<string, unknown>>]
  | readonly ['play' | 'pause' | 'lock' | 'unlock' | 'retry' | 'destroy'];

export interface ScriptedPlayer extends CallPlayer {
  /** What the element asked for, in order. */
  readonly calls: readonly PlayerCall[];
  /** How many listen to it now. */
  readonly listenerCount: number;
  /** Brings the player into a state, as media and service would. */
  become(state: PlayerState): void;
}

/** A player on the far side of the element's boundary: the test decides its states and sees what it is asked for. */
export function scriptedPlayer(first: PlayerState = { status: 'idle' }): ScriptedPlayer {
  let state = first;
  const listeners = new Set<() => void>();
  const calls: PlayerCall[] = [];
  const note = (call: PlayerCall): Promise<void> => {
    calls.push(call);
    return Promise.resolve();
  };
  return {
    calls,
    peaks: undefined,
    get state() {
      return state;
    },
    get listenerCount() {
      return listeners.size;
    },
    become: next => {
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: reason => note(['open', reason]),
    play: () => note(['play']),
    pause: () => void note(['pause']),
    seek: seconds => void note(['seek', seconds]),
    set: settings => void note(['set', { ...settings }]),
    setChannel: () => undefined,
    lock: () => void note(['lock']),
    unlock: () => note(['unlock']),
    retry: () => note(['retry']),
    destroy: () => note(['destroy']),
  };
}
