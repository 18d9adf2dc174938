import { type AudioTrack, durationSeconds, primingSeconds } from '@secure-call/protocol';
import { syntheticPlaylist } from './synthetic-playlist.ts';
import type { OpenedSession } from './vault-messages.ts';

/** What the page has to know of a recording to play it. */
export type RecordingDescription = Pick<
  OpenedSession,
  'roles' | 'durationSeconds' | 'primingSeconds' | 'playlist'
>;

/** Describes a package's audio track. */
export function describeTrack(track: AudioTrack): RecordingDescription {
  const segmentSeconds = track.segmentSamples / track.sampleRateHz;
  const mediaSeconds = (track.durationSamples + track.primingSamples) / track.sampleRateHz;
  const last = track.total - 2;
  const entries = Array.from({ length: track.total - 1 }, (_, place) => ({
    seconds: place === last ? mediaSeconds - last * segmentSeconds : segmentSeconds,
    init: 0,
  }));
  return {
    roles: track.channels.map(channel => channel.role),
    durationSeconds: durationSeconds(track),
    primingSeconds: primingSeconds(track),
    playlist: syntheticPlaylist(entries),
  };
}
