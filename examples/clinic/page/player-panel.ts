import '@secure-call/element/define';
import type { SecureCallPlayerElement } from '@secure-call/element';
import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { fill, type Messages } from './messages.ts';
import { callTitle, exactLength } from './time-words.ts';

export interface PlayerPanelOptions {
  /** Origin of the player's frame. */
  readonly frame: string;
  readonly messages: Messages;
  /** A session has become known, with its id. */
  readonly onSession: (session: string) => void;
  /** Sound is heard. */
  readonly onPlaying: () => void;
  /** The application itself refused the call. */
  readonly onRefused: () => void;
  readonly showRecord: () => void;
  readonly backToList: () => void;
}

/** The player, and what the application tells it about the chosen call. */
export class PlayerPanel {
  readonly root: SecureCallPlayerElement;
  readonly #options: PlayerPanelOptions;

  constructor(options: PlayerPanelOptions) {
    this.#options = options;
    const { messages, onSession, onPlaying, onRefused, showRecord, backToList } = options;
    this.root = document.createElement('secure-call-player');
    // With the transcript, wherever there is room for it.
    this.root.setAttribute('layout', 'review');
    this.root.policy = {
      refusalsRecorded: true,
      noteKept: true,
      accessMinutes: 30,
      emergencyMinutes: 15,
      withdrawnBy: messages.withdrawnBy,
    };
    this.root.actions = { showRecord, backToList };
    this.root.onaccessevent = ({ detail }) => onSession(detail.sid);
    this.root.addEventListener('playing', onPlaying);
    this.root.addEventListener('callerror', event => {
      const { code } = (event as CustomEvent<{ readonly code: string }>).detail;
      if (code === 'not_permitted') onRefused();
    });
  }

  /** Whether the call's screen says that it ended or could not be opened. */
  get isOver(): boolean {
    const status = this.root.player?.state.status;
    return status !== undefined && overStatuses.has(status);
  }

  /** Brings the player into view, and with it the question why, where nobody has been asked yet. */
  focus(): void {
    this.root.scrollIntoView({ block: 'center' });
    if (this.root.player?.state.status === 'idle') void this.root.player.open().catch(() => undefined);
    this.root.focus();
  }

  /** Shows a call's start card; a call that is open is closed. */
  show(call: ListedCall): void {
    const { frame, messages } = this.#options;
    this.root.replaceChildren(...callWords(call, messages));
    this.root.isolation = { frame: `${frame}/frame.html`, grantEndpoint: `${frame}/grants`, call: call.call };
  }
}

const overStatuses: ReadonlySet<string> = new Set(['revoked', 'expired', 'denied', 'failed', 'ended']);

/** What the application knows of a call, for the places that the player leaves to it. */
function callWords(call: ListedCall, messages: Messages): HTMLElement[] {
  const { answeredBy, durationSeconds, ownUnit } = call;
  const length = exactLength(durationSeconds, messages);
  const subtitle = `${fill(messages.answeredBy, { name: answeredBy })} · ${length}`;
  return [
    element('span', { slot: 'title' }, callTitle(call, messages)),
    element('span', { slot: 'subtitle' }, subtitle),
    facts([
      [messages.detailAnsweredBy, answeredBy],
      [messages.detailLength, length],
      ...(ownUnit ? [] : [[messages.detailUnit, messages.anotherUnit] as const]),
    ]),
  ];
}

function facts(pairs: readonly (readonly [name: string, value: string])[]): HTMLElement {
  const entries = pairs.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
  return element('dl', { slot: 'details', class: 'facts' }, ...entries);
}
