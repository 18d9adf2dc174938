/** Whose colour a lane has; ink for everyone but the caller and the one who answered. */
export type Voice = 'caller' | 'nurse' | 'other';

/** Where one channel is drawn. Places are shares of the drawing's height. */
export interface VoiceLane {
  readonly channel: number;
  readonly voice: Voice;
  readonly direction: 'up' | 'down' | 'both';
  readonly top: number;
  readonly bottom: number;
  /** Silence: where the bars stand. */
  readonly axis: number;
}

/**
 * Where each channel of a recording is drawn, from top to bottom.
 * - Two: on one axis, the caller upwards, the other downwards.
 * - One: both voices in one channel. It is mirrored on the axis and drawn in ink: direction and colour say who
 *   speaks, and here nobody can tell; bars in one direction would ascribe every word to one side.
 * - More: a lane for each, all upwards, since there is no third direction.
 * @param roles - of the channels; where they are unknown, the first of two is the caller
 */
export function voiceLanes(roles: readonly string[]): readonly VoiceLane[] {
  if (roles.length === 1)
    return [{ channel: 0, voice: 'other', direction: 'both', top: 0, bottom: 1, axis: 0.5 }];
  if (roles.length === 2) return conversation(roles[1] === 'caller' ? 1 : 0);
  return roles.map((role, channel) => {
    const [top, bottom] = [channel / roles.length, (channel + 1) / roles.length];
    return { channel, voice: voiceOf(role), direction: 'up', top, bottom, axis: bottom };
  });
}

function conversation(caller: 0 | 1): readonly VoiceLane[] {
  return [
    { channel: caller, voice: 'caller', direction: 'up', top: 0, bottom: 0.5, axis: 0.5 },
    { channel: 1 - caller, voice: 'nurse', direction: 'down', top: 0.5, bottom: 1, axis: 0.5 },
  ];
}

function voiceOf(role: string): Voice {
  return role === 'caller' || role === 'nurse' ? role : 'other';
}
