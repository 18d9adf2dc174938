import type { SecureCallPlayerElement, SecureCallPlayerEventMap } from '@secure-call/element';
import { type RefObject, useInsertionEffect, useLayoutEffect, useRef } from 'react';

/** Handlers for the element's events, which are native events. */
export interface SecureCallPlayerHandlers {
  readonly onPlay?: Handler<Event>;
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

/** Every handler there is. */
const handlers: Readonly<Record<keyof SecureCallPlayerHandlers, 1>> = {
  onPlay: 1,
  onPause: 1,
  onEnded: 1,
  onWaiting: 1,
  onTimeUpdate: 1,
  onSeeking: 1,
  onSeeked: 1,
  onRateChange: 1,
  onVolumeChange: 1,
  onDurationChange: 1,
  onAccessChange: 1,
  onLockChange: 1,
  onCallError: 1,
  onAccessEvent: 1,
  onReasonRequest: 1,
};

/** The event behind each handler; lower case, as React never fires mixed-case names on custom elements. */
export const eventNames: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(handlers).map(handler => [handler, handler.slice(2).toLowerCase()]),
);

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
    for (const [handler, event] of Object.entries(eventNames))
      ref.current.addEventListener(event, happened => {
        // Each handler's name leads to the event it takes.
        const handle = newest.current[handler as keyof SecureCallPlayerHandlers] as Handler<Event>;
        handle?.(happened);
      });
  }, [ref]);
}
