import type { ChannelSettings, ListeningReason, OpenCall, Peaks, PlayerState } from '@secure-call/player';
import type { AccessPolicy } from './access-policy.ts';
import type { HostActions } from './host-actions.ts';
import type { Words } from './messages.ts';

/** One face of the element. It is built once and then only told of newer snapshots, so that focus survives. */
export interface Screen {
  readonly root: HTMLElement;
  /** Where focus goes when the control that had it is gone. */
  readonly focusTarget: HTMLElement;
  /** Said by the status region when the screen appears; empty where there is nothing to say. */
  readonly announcement: string;
  update?(state: PlayerState): void;
  /** Lets go of observers and timers. */
  dispose?(): void;
}

/** What people ask for by the controls. */
export interface Commands {
  start(): void;
  preload(): void;
  submitReason(reason: ListeningReason | undefined): void;
  showEmergency(): void;
  cancelReason(): void;
  giveReasonAgain(): void;
  openAgain(): void;
  unlock(): void;
  retry(): void;
  lock(): void;
  togglePlay(): void;
  seek(seconds: number): void;
  /** Relative to where the sound is. */
  skip(seconds: number): void;
  setRate(rate: number): void;
  /** By so many steps of the list of speeds. */
  changeRate(steps: number): void;
  setVolume(volume: number): void;
  toggleMuted(): void;
  setChannel(channel: number, settings: ChannelSettings): void;
  say(text: string): void;
}

/** What every screen is built from. */
export interface ScreenContext {
  readonly words: Words;
  readonly policy: AccessPolicy;
  readonly actions: HostActions;
  readonly commands: Commands;
  readonly reason: 'required' | 'optional' | 'none';
  /** Whether the call locked because nobody was there, rather than because someone locked it. */
  readonly wasAway: boolean;
  readonly hotkeysWork: () => boolean;
  readonly seekStepSeconds: number;
  /** The recording last heard, for states that no longer tell it. */
  readonly lastCall: Pick<OpenCall, 'durationSeconds' | 'channels'> | undefined;
  /** Read when drawing and never kept: the player drops them on every lock and end. */
  readonly peaks: () => Peaks | undefined;
}
