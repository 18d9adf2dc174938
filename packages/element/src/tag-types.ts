import type { SecureCallPlayerEventMap } from './element-events.ts';
import type { SecureCallPlayerElement } from './secure-call-player-element.ts';

/** What the tag takes as attributes in a template, as it is written there. None is secret. */
export interface TagAttributes {
  /** Keeps to one layout; otherwise the element follows its width. */
  readonly layout?: 'compact' | 'standard' | 'review' | undefined;
  /** Whether a reason is asked for; `required` when missing. */
  readonly reason?: 'required' | 'optional' | 'none' | undefined;
  /** Seconds of the back and forward buttons; 10 when missing. */
  readonly 'seek-step'?: number | `${number}` | undefined;
  /** Speed a call starts with, 0.5 to 3. */
  readonly 'default-playback-rate'?: number | `${number}` | undefined;
  /** Seconds without input on the page until the call locks; 900 when missing, 0 never. */
  readonly 'idle-timeout'?: number | `${number}` | undefined;
  /** Locks when the page is hidden. */
  readonly 'lock-on-hidden'?: boolean | '' | undefined;
  /** Whether keys work while focus is inside; `focus` when missing. */
  readonly hotkeys?: 'focus' | 'off' | undefined;
  /** Whether the system's media controls show only "Audio"; `neutral` when missing. */
  readonly 'media-session'?: 'neutral' | 'off' | undefined;
}

/** What the tag takes as properties: a template sets them on the element, never as attributes. */
export type TagProperties = {
  readonly [
    Name in
      | 'source'
      | 'isolation'
      | 'player'
      | 'policy'
      | 'actions'
      | 'messages'
      | 'markers'
      | 'bindings'
      | 'fetchMedia'
      | 'workerUrl'
      | 'workletUrl'
  ]?: SecureCallPlayerElement[Name] | undefined;
};

type MediaEventName =
  | 'play'
  | 'playing'
  | 'pause'
  | 'ended'
  | 'waiting'
  | 'timeupdate'
  | 'seeking'
  | 'seeked'
  | 'ratechange'
  | 'volumechange'
  | 'durationchange';

/** The events of the tag by their names, which templates listen to. */
export type TagEvents = { readonly [Name in MediaEventName]: Event } & SecureCallPlayerEventMap;
