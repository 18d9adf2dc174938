import type { OpenCall, PlayerState } from './player-state.ts';

/** What an open call's status follows from. */
export interface PlaybackFacts {
  /** Whether sound waits for the service's answer. */
  readonly blocked: boolean;
  readonly atEnd: boolean;
  readonly paused: boolean;
  /** Whether anything was played in this session. */
  readonly started: boolean;
  /** Whether sound waits for data. */
  readonly stalled: boolean;
}

/** The state of an open call, as media and service tell it. */
export function openState(open: OpenCall, facts: PlaybackFacts): PlayerState {
  const online = navigator.onLine;
  if (facts.blocked && online) return { status: 'audit-blocked', ...open };
  if (facts.blocked) return { status: 'waiting', cause: 'offline', ...open };
  if (facts.atEnd) return { status: 'ended', ...open };
  if (facts.paused) return { status: facts.started ? 'paused' : 'ready', ...open };
  if (facts.stalled) return { status: 'waiting', cause: online ? 'buffering' : 'offline', ...open };
  return { status: 'playing', ...open };
}
