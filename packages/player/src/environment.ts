/**
 * Names the first thing this browser lacks to keep the sound sealed.
 * @returns undefined when nothing is missing
 */
export function missingFeature(): string | undefined {
  if (!globalThis.isSecureContext) return 'a secure connection (https)';
  if (typeof Worker === 'undefined') return 'Workers';
  if (typeof AudioContext === 'undefined') return 'Web Audio';
  if (typeof MediaSource === 'undefined' && !('ManagedMediaSource' in globalThis))
    return 'Media Source Extensions';
  if (typeof DecompressionStream === 'undefined') return 'Compression Streams';
  return undefined;
}

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Keys travel over TLS only; plain http is for the same machine. */
export function isTrustworthy(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return (
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && (LOCAL.has(url.hostname) || url.hostname.endsWith('.localhost')))
  );
}
