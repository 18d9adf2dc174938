'use client';

import type { SecureCallPlayerElement } from '@secure-call/element';
import {
  createElement,
  type HTMLAttributes,
  type ReactElement,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { type SecureCallPlayerAttributes, tagProps } from './element-attributes.ts';
import { eventNames, type SecureCallPlayerHandlers, useElementEvents } from './element-events.ts';
import {
  propertyNames,
  type SecureCallPlayerProperties,
  useElementProperties,
} from './element-properties.ts';

/** Props of `<SecureCallPlayer>`: the element's attributes, properties and events, and whatever any tag takes. */
export interface SecureCallPlayerProps
  extends
    Omit<HTMLAttributes<SecureCallPlayerElement>, keyof SecureCallPlayerHandlers>,
    SecureCallPlayerAttributes,
    SecureCallPlayerProperties,
    SecureCallPlayerHandlers {
  readonly ref?: Ref<SecureCallPlayerElement> | undefined;
}

/**
 * `<secure-call-player>` as a component. The server renders the tag with its attributes and children; the element's
 * code is fetched in the browser, once the component is mounted. Until then the element in `ref` has no methods:
 * `customElements.whenDefined('secure-call-player')` tells when it has. Where the code cannot be fetched, the error
 * reaches the nearest error boundary.
 */
export function SecureCallPlayer(props: SecureCallPlayerProps): ReactElement {
  const element = useRef<SecureCallPlayerElement>(null);
  // There from before the first layout effect until after the last.
  useImperativeHandle(props.ref, () => element.current as SecureCallPlayerElement, []);
  useElementEvents(element, props);
  useElementProperties(element, props);
  useDefinition();
  usePauseWhenHidden(element);
  return createElement('secure-call-player', { ...tagProps(props, isNoAttribute), ref: element });
}

const isNoAttribute = (name: string): boolean => propertyNames.includes(name) || name in eventNames;

function useDefinition(): void {
  const [, fail] = useState(undefined);
  useEffect(() => {
    import('@secure-call/element/define').catch((error: unknown) =>
      // React takes what a state's update throws to the nearest error boundary.
      fail(() => {
        throw error;
      }),
    );
  }, []);
}

/** An element that leaves the page ends its call itself; one that React hides in place would be heard unseen. */
function usePauseWhenHidden(ref: RefObject<SecureCallPlayerElement | null>): void {
  const isShown = useRef(false);
  useEffect(() => {
    const element = ref.current;
    isShown.current = true;
    return () => {
      isShown.current = false;
      // StrictMode is back at once.
      queueMicrotask(() => {
        if (!isShown.current && element?.isConnected && element.matches(':defined')) element.pause();
      });
    };
  }, [ref]);
}
