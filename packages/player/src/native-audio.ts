// standardized-audio-context loads worklets from a `blob:` address, which a strict policy refuses, and has no public way to
// the browser's own objects. Its version is pinned to the digit; without these fields nothing is played.

/** The browser's context behind one of standardized-audio-context. */
export function nativeContext(context: object): AudioContext {
  const { _nativeContext: native } = context as { _nativeContext?: unknown };
  if (native instanceof AudioContext) return native;
  throw new TypeError('The audio context has no native one.');
}

/** The browser's node behind one of standardized-audio-context. */
export function nativeNode(node: object): AudioNode {
  const { _nativeAudioNode: native } = node as { _nativeAudioNode?: unknown };
  if (native instanceof AudioNode) return native;
  throw new TypeError('The audio node has no native one.');
}
