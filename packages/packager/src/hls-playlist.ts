import { type AudioTrack, type Bytes, slotRange, type Variant } from '@secure-call/protocol';
import { AAC_FRAME_SAMPLES, aacPacketCount } from './aac-encoder.ts';

/** Protocol version of draft-pantos-hls-rfc8216bis, which defines METHOD=AES-256-GCM (section 4.4.4.4). */
const HLS_VERSION = 13;

/**
 * A media playlist of a package's audio object for players that know METHOD=AES-256-GCM. That form has no IV attribute:
 * the IV is the start of each segment.
 * @param chosen - the variant of the media segments
 * @param keys - the raw key of each slot, init first
 */
export function hlsPlaylist(track: AudioTrack, chosen: Variant, keys: readonly Bytes[]): string {
  const lines = [
    '#EXTM3U',
    `#EXT-X-VERSION:${HLS_VERSION}`,
    `#EXT-X-TARGETDURATION:${Math.ceil(track.segmentSamples / track.sampleRateHz)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  for (const [index, key] of keys.entries()) {
    const range = byteRange(track, index, index === 0 ? 0 : chosen);
    lines.push(`#EXT-X-KEY:METHOD=AES-256-GCM,URI="data:application/octet-stream;base64,${base64(key)}"`);
    if (index === 0) lines.push(`#EXT-X-MAP:URI="${track.object}",BYTERANGE="${range}"`);
    else
      lines.push(
        `#EXTINF:${segmentSeconds(track, index).toFixed(6)},`,
        `#EXT-X-BYTERANGE:${range}`,
        track.object,
      );
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
}

function byteRange(track: AudioTrack, index: number, variant: Variant): string {
  const { start, end } = slotRange(track, index);
  if (variant === 0) return `${end - start}@${start}`;
  const bytes = (end - start) / 2;
  return `${bytes}@${start + (variant - 1) * bytes}`;
}

/** Encoded sound in a media segment, priming included: the last one holds what is left. */
function segmentSeconds(
  { total, segmentSamples, durationSamples, sampleRateHz }: AudioTrack,
  index: number,
): number {
  const encodedSamples = aacPacketCount(durationSamples) * AAC_FRAME_SAMPLES;
  const samples = index < total - 1 ? segmentSamples : encodedSamples - (total - 2) * segmentSamples;
  return samples / sampleRateHz;
}

const base64 = (bytes: Bytes): string => Buffer.from(bytes).toString('base64');
