import type { AccessState, ChannelState, OpenCall, PlayerState } from '@secure-call/player';

const minute = 60_000;

/** Access that ends so many minutes from now. */
export function sampleAccess(minutesLeft = 26): AccessState {
  return {
    listenerName: 'Anna Lind',
    unitName: '1177 Region X',
    purpose: 'TREAT',
    expiresAt: Date.now() + minutesLeft * minute,
    reference: '7F3K-09',
  };
}

/** A channel as it is heard before anyone changes it. */
export function sampleChannel(role: string, change: Partial<ChannelState> = {}): ChannelState {
  return { role, gain: 1, pan: 0, muted: false, ...change };
}

/** A call of 12:38 at 4:03. */
export function sampleCall(change: Partial<OpenCall> = {}): OpenCall {
  return {
    positionSeconds: 243,
    durationSeconds: 758,
    playbackRate: 1.25,
    volume: 0.7,
    muted: false,
    loop: false,
    seeking: false,
    channels: [sampleChannel('caller'), sampleChannel('nurse')],
    access: sampleAccess(),
    ...change,
  };
}

/** One snapshot of every state that has a look of its own. */
export function sampleStates(): Readonly<Record<string, PlayerState>> {
  const [call, access] = [sampleCall(), sampleAccess()];
  const place = { positionSeconds: 243, access };
  return {
    idle: { status: 'idle' },
    'reason-required': { status: 'reason-required' },
    opening: { status: 'opening' },
    ready: { status: 'ready', ...call, positionSeconds: 0 },
    playing: { status: 'playing', ...call },
    paused: { status: 'paused', ...call },
    ended: { status: 'ended', ...call, positionSeconds: 758 },
    buffering: { status: 'waiting', cause: 'buffering', ...call },
    ending: { status: 'playing', ...sampleCall({ muted: true, access: sampleAccess(4) }) },
    offline: { status: 'waiting', cause: 'offline', ...call },
    'audit-blocked': { status: 'audit-blocked', ...call },
    locked: { status: 'locked', ...place },
    denied: { status: 'denied', code: 'not_permitted', reference: '7F3K-02' },
    'too-old': { status: 'denied', code: 'grant_expired' },
    erased: { status: 'denied', code: 'call_erased' },
    unknown: { status: 'denied', code: 'call_unknown' },
    expired: { status: 'expired', ...place },
    revoked: { status: 'revoked', ...place, at: Date.now() - minute },
    unsupported: { status: 'unsupported', missing: 'MediaSource' },
    damaged: { status: 'failed', code: 'integrity_failed', positionSeconds: 372 },
    'watermark-failed': { status: 'failed', code: 'watermark_degraded', positionSeconds: 243 },
    'not-authorized': { status: 'failed', code: 'authorize_failed' },
    unreachable: { status: 'failed', code: 'service_unreachable' },
    unavailable: { status: 'failed', code: 'media_unavailable', positionSeconds: 243 },
    silent: { status: 'failed', code: 'playback_failed', positionSeconds: 243 },
    'wrongly-set-up': { status: 'failed', code: 'setup_invalid' },
    failed: { status: 'failed', code: 'session_expired' },
  };
}
