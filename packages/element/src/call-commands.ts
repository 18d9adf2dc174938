import type { CallPlayer, ListeningReason } from '@secure-call/player';
import { elementEvent, ReasonRequestEvent } from './element-events.ts';
import { isOpen, isPlaying } from './open-state.ts';
import { rateAfter } from './playback-rates.ts';
import type { PlayerHolder } from './player-holder.ts';
import type { Commands } from './screen.ts';
import type { Face } from './screen-name.ts';

/** What the commands need of the element. */
export interface CommandHost {
  readonly holder: PlayerHolder;
  readonly target: EventTarget;
  /** Fetches the screens that follow the start card. */
  preload(): void;
  reason(): 'required' | 'optional' | 'none';
  face(): Face;
  show(face: Face): void;
  say(text: string): void;
  sayRate(rate: number): void;
  /** Opens the call and leaves it to the caller to play. */
  open(reason: ListeningReason | undefined): Promise<CallPlayer>;
}

export function createCommands(host: CommandHost): Commands {
  const { holder } = host;
  const listen = (reason: ListeningReason | undefined): void => {
    lastReason = reason;
    settle(openAndPlay(host, reason));
  };
  let lastReason: ListeningReason | undefined;
  const start = (): void => settle(askReason(host, listen));
  const setRate = (playbackRate: number): void => {
    holder.player?.set({ playbackRate });
    host.sayRate(playbackRate);
  };
  return {
    start,
    preload: () => {
      host.preload();
      holder.preload();
    },
    submitReason: listen,
    showEmergency: () => host.show('emergency'),
    cancelReason: () => cancelReason(host),
    giveReasonAgain: start,
    openAgain: () => (lastReason === undefined ? start() : listen(lastReason)),
    unlock: () => settle(unlockAndPlay(holder.player)),
    retry: () => settle(holder.player?.retry()),
    lock: () => holder.player?.lock(),
    togglePlay: () => (isPlaying(holder.state) ? holder.player?.pause() : settle(holder.player?.play())),
    seek: seconds => holder.player?.seek(seconds),
    skip: seconds => skip(holder, seconds),
    setRate,
    changeRate: steps => isOpen(holder.state) && setRate(rateAfter(holder.state.playbackRate, steps)),
    setVolume: volume => holder.player?.set({ volume, muted: false }),
    setChannel: (channel, settings) => holder.player?.setChannel(channel, settings),
    set: settings => holder.player?.set(settings),
    readTranscript: how => settle(holder.player?.readTranscript(how)),
    addMarker: seconds => host.target.dispatchEvent(elementEvent('markeradd', { seconds })),
    toggleMuted: () => isOpen(holder.state) && holder.player?.set({ muted: !holder.state.muted }),
    say: text => host.say(text),
  };
}

/** Lets the host answer first; shows the element's own form when it does not. */
async function askReason(
  host: CommandHost,
  listen: (reason: ListeningReason | undefined) => void,
): Promise<void> {
  if (host.reason() === 'none') return listen(undefined);
  const request = new ReasonRequestEvent();
  host.target.dispatchEvent(request);
  const isAnswered = request.answer !== undefined;
  if (!isAnswered && request.defaultPrevented) return;
  host.holder.prepare();
  if (!isAnswered) return host.show('reason');
  const reason = await request.answer;
  if (reason === undefined) host.holder.putOff();
  else listen(reason);
}

function cancelReason(host: CommandHost): void {
  const face = faceBefore(host);
  if (face !== 'reason') host.holder.putOff();
  host.show(face);
}

async function openAndPlay(host: CommandHost, reason: ListeningReason | undefined): Promise<void> {
  const player = await host.open(reason);
  if (isOpen(player.state)) await player.play();
}

async function unlockAndPlay(player: CallPlayer | undefined): Promise<void> {
  await player?.unlock();
  await player?.play();
}

function skip({ player, state }: PlayerHolder, seconds: number): void {
  if (isOpen(state))
    player?.seek(Math.min(state.durationSeconds, Math.max(0, state.positionSeconds + seconds)));
}

function faceBefore(host: CommandHost): Face {
  if (host.face() === 'emergency') return 'reason';
  return host.holder.state.status === 'reason-required' ? 'start' : 'state';
}

/** Errors of the player are in its state, which has a screen, and giving up is none; the rest is worth a report. */
function settle(work: Promise<unknown> | undefined): void {
  work?.catch((error: unknown) => {
    const isExpected = error instanceof Error && ['SecureCallError', 'AbortError'].includes(error.name);
    if (!isExpected) reportError(error);
  });
}
