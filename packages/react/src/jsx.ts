import type { SecureCallPlayerElement } from '@secure-call/element';
import type { HTMLAttributes, RefAttributes } from 'react';
import type { SecureCallPlayerAttributes } from './element-attributes.ts';
import type { SecureCallPlayerHandlers } from './element-events.ts';
import type { SecureCallPlayerProperties } from './element-properties.ts';

type Attributes = Omit<
  SecureCallPlayerAttributes,
  'seekStep' | 'defaultPlaybackRate' | 'idleTimeout' | 'lockOnHidden' | 'mediaSession'
> & {
  readonly class?: string | undefined;
  readonly 'seek-step'?: SecureCallPlayerAttributes['seekStep'];
  readonly 'default-playback-rate'?: SecureCallPlayerAttributes['defaultPlaybackRate'];
  readonly 'idle-timeout'?: SecureCallPlayerAttributes['idleTimeout'];
  readonly 'lock-on-hidden'?: SecureCallPlayerAttributes['lockOnHidden'];
  readonly 'media-session'?: SecureCallPlayerAttributes['mediaSession'];
};

type Handlers = {
  readonly [Name in keyof SecureCallPlayerHandlers as Lowercase<Name>]: SecureCallPlayerHandlers[Name];
};

/**
 * What `<secure-call-player>` takes in JSX without the component, from React 19 on, where the element is defined
 * before it is rendered: React sets properties only on elements that have them.
 */
export type SecureCallPlayerTagProps = Omit<
  HTMLAttributes<SecureCallPlayerElement>,
  'className' | keyof SecureCallPlayerHandlers
> &
  RefAttributes<SecureCallPlayerElement> &
  SecureCallPlayerProperties &
  Attributes &
  Handlers;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'secure-call-player': SecureCallPlayerTagProps;
    }
  }
}
