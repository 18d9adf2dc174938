import type {
  AccessEvent,
  ChannelSettings,
  PlaybackSettings,
  PlayerState,
  SecureCallErrorCode,
} from '@secure-call/player';
import type { AccessPolicy } from '../access-policy.ts';
import type { Messages } from '../messages.ts';

/** Posted by a frame that waits for its host, and the host's answer, which carries the one port. */
export const frameReady = 'secure-call-frame ready 1';
export const frameConnect = 'secure-call-frame connect 1';

/** The host's words about the call, as plain text: for each its slot, and the element it stands in. */
export type SlotText = readonly [slot: string, tag: string, text: string];

/** How the host wants the player to be. All of it may be wrong or hostile: the frame checks what it takes. */
export interface FrameSettings {
  readonly call: string;
  /** Another number chooses the call anew, even the same one. */
  readonly choice: number;
  readonly grantEndpoint: string;
  /** All that the element has. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly lang: string;
  readonly dir: string;
  readonly colorScheme: string;
  readonly rootFontSize: string;
  /** Computed values of the `--scp-` properties. */
  readonly theme: Readonly<Record<string, string>>;
  readonly texts: readonly SlotText[];
  readonly policy: AccessPolicy;
  readonly messages: Partial<Messages>;
  /** Names of the actions that the host takes. */
  readonly actions: readonly string[];
}

/** Commands and what they take. Whatever needs a person's click (a reason, unlocking) is not among them. */
export interface FrameCommands {
  open: undefined;
  play: undefined;
  pause: undefined;
  lock: undefined;
  retry: undefined;
  destroy: undefined;
  seek: number;
  set: PlaybackSettings;
  setChannel: readonly [channel: number, settings: ChannelSettings];
}

export type FrameCommand = {
  [Name in keyof FrameCommands]: {
    readonly command: Name;
    readonly args: FrameCommands[Name];
    readonly id: number;
  };
}[keyof FrameCommands];

export type HostMessage =
  /** `FrameSettings` as JSON: whatever the host has set can be written so. */
  | { readonly settings: string }
  | FrameCommand
  /** Someone used the host's page. */
  | { readonly input: true }
  | { readonly focus: true };

/** How a command ended. */
export interface FrameAnswer {
  /** The command's number. */
  readonly answer: number;
  readonly error?: { readonly name: string; readonly message: string; readonly code?: SecureCallErrorCode };
}

/** What comes back: nothing of it tells what is said in the call, and none of it opens anything. */
export type FrameMessage =
  | { readonly state: PlayerState }
  | { readonly access: AccessEvent }
  | { readonly heightPx: number }
  | { readonly action: string }
  | FrameAnswer;
