import type {
  ChannelSettings,
  ListeningReason,
  OpenCall,
  Peaks,
  PlaybackSettings,
  PlayerState,
  Transcript,
} from '@secure-call/player';
import type { AccessPolicy } from './access-policy.ts';
import type { CallMarker } from './call-marks.ts';
import type { HostActions } from './host-actions.ts';
import type { KeyBindings } from './hotkeys.ts';
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
  set(settings: PlaybackSettings): void;
  /** Asks for the transcript where it is not there yet, and puts on record how it is used. */
  readTranscript(how: 'viewed' | 'searched'): void;
  /** Tells the host that someone marks a place. */
  addMarker(seconds: number): void;
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
  /** The same. */
  readonly transcript: () => Transcript | undefined;
  /** What the host's people have marked. */
  readonly markers: () => readonly CallMarker[];
  /** Whether the host keeps markers, so that new ones can be made. */
  readonly takesMarkers: boolean;
  /** The host's own keys. */
  readonly bindings: Partial<KeyBindings>;
  readonly layout: 'auto' | 'compact' | 'standard' | 'review';
}
