import type { SecureCallPlayerElement, SecureCallPlayerEventMap } from '@secure-call/element';
import { type RefObject, useInsertionEffect, useLayoutEffect, useRef } from 'react';

/** Handlers for the element's events, which are native events. */
export interface SecureCallPlayerHandlers {
  readonly onPlay?: Handler<Event>;
  readonly onPlaying?: Handler<Event>;
  readonly onPause?: Handler<Event>;
  readonly onEnded?: Handler<Event>;
  readonly onWaiting?: Handler<Event>;
  readonly onTimeUpdate?: Handler<Event>;
  readonly onSeeking?: Handler<Event>;
  readonly onSeeked?: Handler<Event>;
  readonly onRateChange?: Handler<Event>;
  readonly onVolumeChange?: Handler<Event>;
  readonly onDurationChange?: Handler<Event>;
  /** The right to listen has changed. */
  readonly onAccessChange?: Handler<SecureCallPlayerEventMap['accesschange']>;
  /** The call was locked or unlocked. */
  readonly onLockChange?: Handler<SecureCallPlayerEventMap['lockchange']>;
  /** The call was refused, or something failed. */
  readonly onCallError?: Handler<SecureCallPlayerEventMap['callerror']>;
  /** A copy of an access event; the last ones of a call come after the component has left. */
  readonly onAccessEvent?: Handler<SecureCallPlayerEventMap['accessevent']>;
  /** A reason is needed; answer with `event.respondWith()`. */
  readonly onReasonRequest?: Handler<SecureCallPlayerEventMap['reasonrequest']>;
}

type Handler<E extends Event> = ((event: E) => void) | undefined;

/** Every handler; without "on" and in lower case it is its event, as React never fires mixed-case names on custom elements. */
export const handlerNames: readonly (keyof SecureCallPlayerHandlers)[] = [
  'onPlay',
  'onPlaying',
  'onPause',
  'onEnded',
  'onWaiting',
  'onTimeUpdate',
  'onSeeking',
  'onSeeked',
  'onRateChange',
  'onVolumeChange',
  'onDurationChange',
  'onAccessChange',
  'onLockChange',
  'onCallError',
  'onAccessEvent',
  'onReasonRequest',
];

/**
 * Calls the handlers of the newest render. The listeners stay as long as the element does: React ends effects of a
 * tree it only hides, and what happens meanwhile, or as the call ends, has to arrive too.
 */
export function useElementEvents(
  ref: RefObject<SecureCallPlayerElement | null>,
  handlers: SecureCallPlayerHandlers,
): void {
  const newest = useRef(handlers);
  const heard = useRef<SecureCallPlayerElement>(null);
  useInsertionEffect(() => {
    newest.current = handlers;
  });
  useLayoutEffect(() => {
    if (ref.current === null || heard.current === ref.current) return;
    heard.current = ref.current;
    for (const name of handlerNames)
      ref.current.addEventListener(name.slice(2).toLowerCase(), happened => {
        // Each handler's name leads to the event it takes.
        const handle = newest.current[name] as Handler<Event>;
        handle?.(happened);
      });
  }, [ref]);
}
