import type {
  CallPlayer,
  ChannelSettings,
  ListeningReason,
  Peaks,
  PlayerState,
  Transcript,
} from '@secure-call/player';

/** A call on the player, as it was made. */
export type PlayerCall =
  | readonly ['open', ListeningReason | undefined]
  | readonly ['seek', number]
  | readonly ['set', Readonly<Record<string, unknown>>]
  | readonly ['readTranscript', 'viewed' | 'searched']
  | readonly ['setChannel', number, ChannelSettings]
  | readonly ['play' | 'pause' | 'lock' | 'unlock' | 'retry' | 'destroy'];

export interface ScriptedPlayer extends CallPlayer {
  /** What the element asked for, in order. */
  readonly calls: readonly PlayerCall[];
  /** The state that opening leads to; without it, the test moves the state itself. */
  opensInto: PlayerState | undefined;
  /** Whether it stands ready for an answer to the reason prompt. */
  readonly isPrepared: boolean;
  /** As if they had arrived; a new snapshot tells the element. */
  peaks: Peaks | undefined;
  /** The same. */
  transcript: Transcript | undefined;
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
  let isPrepared = false;
  const note = (call: PlayerCall): Promise<void> => {
    calls.push(call);
    return Promise.resolve();
  };
  const become = (next: PlayerState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const player: ScriptedPlayer = {
    calls,
    opensInto: undefined,
    peaks: undefined,
    transcript: undefined,
    get state() {
      return state;
    },
    get listenerCount() {
      return listeners.size;
    },
    get isPrepared() {
      return isPrepared;
    },
    become,
    prepare: () => {
      isPrepared = true;
      return () => {
        isPrepared = false;
      };
    },
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: async reason => {
      await note(['open', reason]);
      if (player.opensInto !== undefined) become(player.opensInto);
    },
    play: () => note(['play']),
    pause: () => void note(['pause']),
    readTranscript: how => note(['readTranscript', how]),
    seek: seconds => void note(['seek', seconds]),
    set: settings => void note(['set', { ...settings }]),
    setChannel: (channel, settings) => void note(['setChannel', channel, { ...settings }]),
    lock: () => void note(['lock']),
    unlock: () => note(['unlock']),
    retry: () => note(['retry']),
    destroy: () => note(['destroy']),
  };
  return player;
}
