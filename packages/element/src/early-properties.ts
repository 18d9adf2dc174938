/** Properties a host may set before the element is defined, e.g. because the definition is loaded later. */
const hostProperties: readonly string[] =
  'source isolation player policy actions messages fetchMedia workerUrl workletUrl onaccessevent playbackRate volume muted markers bindings loopRange skipSilence'.split(
    ' ',
  );

/**
 * Takes such properties off the element, where they would hide the accessors of its class.
 * @returns their values, to be set again once the element is ready
 */
export function takeEarlyProperties(element: HTMLElement): Readonly<Record<string, unknown>> {
  const early: Record<string, unknown> = {};
  for (const name of hostProperties) {
    if (!Object.hasOwn(element, name)) continue;
    early[name] = Reflect.get(element, name);
    Reflect.deleteProperty(element, name);
  }
  return early;
}
