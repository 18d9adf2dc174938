'use client';

import type { CallPlayer, PlayerState } from '@secure-call/player';
import { type RefObject, useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { idle } from './component-player.ts';

/** The player's state; the component renders again with every snapshot, some times a second while sound plays. */
export function useCallState(player: CallPlayer): PlayerState;
/**
 * A part of the player's state; the component renders again only when that part changes.
 * @param selector - may be an inline function
 * @param isEqual - whether two parts are the same, for selectors that build objects; `Object.is` by default
 */
export function useCallState<Part>(
  player: CallPlayer,
  selector: (state: PlayerState) => Part,
  isEqual?: (before: Part, after: Part) => boolean,
): Part;
export function useCallState(
  player: CallPlayer,
  selector: (state: PlayerState) => unknown = whole,
  isEqual: (before: unknown, after: unknown) => boolean = Object.is,
): unknown {
  const shown = useRef<Shown>(undefined);
  const subscribe = useCallback((listener: () => void) => player.subscribe(listener), [player]);
  const [select, selectIdle] = useMemo(
    () => [
      rememberSelection(() => player.state, selector, isEqual, shown),
      rememberSelection(() => idle, selector, isEqual, shown),
    ],
    [player, selector, isEqual],
  );
  const part = useSyncExternalStore(subscribe, select, selectIdle);
  useEffect(() => {
    shown.current = { part };
  }, [part]);
  return part;
}

/** The part the component was last rendered with. */
interface Shown {
  readonly part: unknown;
}

const whole = (state: PlayerState): PlayerState => state;

/**
 * `useSyncExternalStore` compares by identity: the part stays the same object while it is equal, also across renders
 * that bring a new selector.
 */
function rememberSelection(
  read: () => PlayerState,
  selector: (state: PlayerState) => unknown,
  isEqual: (before: unknown, after: unknown) => boolean,
  shown: RefObject<Shown | undefined>,
): () => unknown {
  let last: (Shown & { readonly state: PlayerState }) | undefined;
  return () => {
    const state = read();
    if (last?.state === state) return last.part;
    const part = selector(state);
    const before = last ?? shown.current;
    last = { state, part: before !== undefined && isEqual(before.part, part) ? before.part : part };
    return last.part;
  };
}
