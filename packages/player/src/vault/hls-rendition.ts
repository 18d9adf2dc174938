import { SecureCallError } from '@secure-call/protocol';
import type { types } from 'hls-parser';

/** RFC 6381 names of video; a variant that has one is sound and picture in one. */
const VIDEO_CODEC = /(?:^|,)\s*(?:avc|hvc|hev|dvh|vp0?[89]|av01|mp4v)/;

/**
 * Picks the sound of a multivariant playlist: the best variant's default audio rendition where it stands alone, else
 * the best variant without pictures.
 * @returns the chosen playlist's address, as written
 * @throws {SecureCallError} `recording_unsupported` when every sound comes with pictures
 */
export function chooseAudio({ variants }: types.MasterPlaylist): string {
  const byQuality = variants.toSorted((a, b) => (b.bandwidth || 0) - (a.bandwidth || 0));
  for (const variant of byQuality) {
    const address = standaloneAudio(variant);
    if (address !== undefined) return address;
  }
  throw new SecureCallError('recording_unsupported', 'The playlist has no sound without pictures.');
}

function standaloneAudio(variant: types.Variant): string | undefined {
  const separate = variant.audio.filter(({ uri }) => uri);
  const rendition = separate.find(({ isDefault }) => isDefault) ?? separate[0];
  if (rendition?.uri) return rendition.uri;
  const pictures = variant.resolution !== undefined || VIDEO_CODEC.test(variant.codecs ?? '');
  return pictures || !variant.uri ? undefined : variant.uri;
}
