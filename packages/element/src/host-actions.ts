import type { PlayerState } from '@secure-call/player';

/** What the host does when asked to. */
export type HostAction = (state: PlayerState) => void;

/** Next steps only the host can take. A button whose action is missing is left out. */
export interface HostActions {
  /** "Ask for access", when the call is denied. */
  readonly askForAccess?: HostAction;
  /** "See whom to contact", when access was withdrawn. */
  readonly showContact?: HostAction;
  /** "Report the fault", when the recording is damaged. */
  readonly reportFault?: HostAction;
  /** "Back to the list", when the call is erased or unknown. */
  readonly backToList?: HostAction;
  /** "What is recorded", at the foot of an open call. */
  readonly showRecord?: HostAction;
}
