/** What every package is coded in. RFC 6381 */
const AAC = 'audio/mp4; codecs="mp4a.40.2"';

/**
 * Names the first thing this browser lacks to keep the sound sealed.
 * @returns undefined when nothing is missing
 */
export function missingFeature(): string | undefined {
  if (!globalThis.isSecureContext) return 'a secure connection (https)';
  if (typeof Worker === 'undefined') return 'Workers';
  if (typeof AudioContext === 'undefined') return 'Web Audio';
  const mediaSource = mediaSourceClass();
  if (!mediaSource) return 'Media Source Extensions';
  if (!mediaSource.isTypeSupported(AAC)) return 'AAC in Media Source Extensions';
  if (typeof DecompressionStream === 'undefined') return 'Compression Streams';
  return undefined;
}

interface MediaSourceClass {
  isTypeSupported(type: string): boolean;
}

/** iPhones have ManagedMediaSource only. https://www.w3.org/TR/media-source-2/#managedmediasource-interface */
function mediaSourceClass(): MediaSourceClass | undefined {
  const offered: { MediaSource?: MediaSourceClass; ManagedMediaSource?: MediaSourceClass } = globalThis;
  return offered.MediaSource ?? offered.ManagedMediaSource;
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
