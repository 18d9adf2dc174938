import type {
  AccessPolicy,
  CallMarker,
  HostActions,
  Isolation,
  KeyBindings,
  Messages,
  SecureCallPlayerElement,
} from '@secure-call/element';
import type { AnySource, CallPlayer, FetchMedia } from '@secure-call/player';
import { type RefObject, useInsertionEffect, useLayoutEffect, useRef } from 'react';
import { followSource, isSameContent } from './source.ts';

/** What the element takes as properties. All may be written inline: only a change of content reaches the element. */
export interface SecureCallPlayerProperties {
  /** Which call, and how access is granted or, without a key service, where keys come from. Another call ends the open one; new callbacks for it do not. */
  readonly source?: AnySource | undefined;
  /** Puts the whole player into a frame on another origin, in place of a source. */
  readonly isolation?: Isolation | undefined;
  /** A player of your own instead, e.g. of `useCallPlayer`. */
  readonly player?: CallPlayer | undefined;
  readonly policy?: AccessPolicy | undefined;
  readonly actions?: HostActions | undefined;
  readonly messages?: Partial<Messages> | undefined;
  /** Keys of your own, in place of the usual ones. */
  readonly bindings?: Partial<KeyBindings> | undefined;
  /** What the host's people have marked; without it no markers can be added. */
  readonly markers?: readonly CallMarker[] | undefined;
  readonly fetchMedia?: FetchMedia | undefined;
  readonly workerUrl?: string | URL | undefined;
  readonly workletUrl?: string | URL | undefined;
}

type ElementRef = RefObject<SecureCallPlayerElement | null>;
type Newest = RefObject<SecureCallPlayerProperties>;

/** Names of these properties, none of which may become an attribute. */
export const propertyNames: readonly string[] =
  'source isolation player policy actions messages bindings markers fetchMedia workerUrl workletUrl'.split(
    ' ',
  );

/**
 * Sets what differs from what the element has. React runs these effects again for a tree it had only hidden, and
 * setting `source` or `player` anew would end the call. Before the element is defined they lie on it as plain
 * properties, which it takes up.
 */
export function useElementProperties(ref: ElementRef, props: SecureCallPlayerProperties): void {
  const newest = useRef(props);
  const player = useRef<CallPlayer>(undefined);
  useInsertionEffect(() => {
    newest.current = props;
  });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    setPlaces(element, newest);
    setSource(element, newest);
    setContent(element, 'isolation', props.isolation);
    if (player.current !== props.player) element.player = player.current = props.player;
    for (const name of ['policy', 'messages', 'bindings'] as const)
      setContent(element, name, props[name] ?? {});
    setContent(element, 'markers', props.markers);
    setActions(element, newest);
  });
}

function setPlaces(element: SecureCallPlayerElement, newest: Newest): void {
  const { fetchMedia, workerUrl, workletUrl } = newest.current;
  Object.assign(element, { workerUrl, workletUrl });
  element.fetchMedia = fetchMedia && (request => (newest.current.fetchMedia ?? fetchMedia)(request));
}

function setSource(element: SecureCallPlayerElement, newest: Newest): void {
  const { source } = newest.current;
  if (isSameContent(element.source, source)) return;
  element.source = source && followSource(source, () => newest.current.source);
}

/** Every change draws the screen anew, so equal content is left alone. */
function setContent<Name extends 'policy' | 'messages' | 'bindings' | 'markers' | 'isolation'>(
  element: SecureCallPlayerElement,
  name: Name,
  content: SecureCallPlayerElement[Name],
): void {
  if (!isSameContent(element[name], content)) element[name] = content;
}

/** Which actions there are decides which buttons are drawn; what they do is asked when they are pressed. */
function setActions(element: SecureCallPlayerElement, newest: Newest): void {
  const names = actionNames(newest.current.actions);
  if (isSameContent(actionNames(element.actions), names)) return;
  element.actions = Object.fromEntries(
    names.map(name => [name, (...state: Parameters<Action>) => newest.current.actions?.[name]?.(...state)]),
  );
}

type Action = NonNullable<HostActions[keyof HostActions]>;

/** `actions` is not there yet on an element that is defined later. */
function actionNames(actions: HostActions | undefined): readonly (keyof HostActions)[] {
  const given = Object.entries(actions ?? {}).filter(([, action]) => action !== undefined);
  return given.map(([name]) => name as keyof HostActions).sort();
}
