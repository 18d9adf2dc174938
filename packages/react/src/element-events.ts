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
  /** A voice is heard otherwise. */
  readonly onChannelChange?: Handler<SecureCallPlayerEventMap['channelchange']>;
  /** Another part is played over and over, or none. */
  readonly onLoopChange?: Handler<SecureCallPlayerEventMap['loopchange']>;
  /** Someone marks a place: keep it, and give it back in `markers`. */
  readonly onMarkerAdd?: Handler<SecureCallPlayerEventMap['markeradd']>;
  /** A reason is needed; answer with `event.respondWith()`. */
  readonly onReasonRequest?: Handler<SecureCallPlayerEventMap['reasonrequest']>;
}

type Handler<E extends Event> = ((event: E) => void) | undefined;

/** What handlers are named after; events are the same in lower case, as React never fires mixed-case names on custom elements. */
const handled =
  'Play Playing Pause Ended Seeked Seeking Waiting TimeUpdate RateChange VolumeChange DurationChange AccessChange LockChange LoopChange ChannelChange CallError AccessEvent ReasonRequest MarkerAdd';

/** The event behind each handler. */
export const eventNames: Readonly<Record<string, string>> = Object.fromEntries(
  handled.split(' ').map(name => ['on' + name, name.toLowerCase()]),
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
        (newest.current[handler as keyof SecureCallPlayerHandlers] as Handler<Event>)?.(happened);
      });
  }, [ref]);
}
