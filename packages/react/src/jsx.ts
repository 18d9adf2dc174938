import type { SecureCallPlayerElement, TagAttributes } from '@secure-call/element';
import type { HTMLAttributes, RefAttributes } from 'react';
import type { SecureCallPlayerHandlers } from './element-events.ts';
import type { SecureCallPlayerProperties } from './element-properties.ts';

type Attributes = TagAttributes & { readonly class?: string | undefined };

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
