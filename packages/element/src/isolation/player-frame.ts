import type { AccessEvent } from '@secure-call/player';
import type { AccessPolicy } from '../access-policy.ts';
import { h } from '../h.ts';
import type { HostActions } from '../host-actions.ts';
import { inputEvents } from '../idle-lock.ts';
import type { Messages } from '../messages.ts';
import { createStyleSheets } from '../styles/style-sheets.ts';
import { frameConnect, type FrameMessage, frameReady, type FrameSettings, type HostMessage } from './frame-messages.ts';
import { surroundingsOf, watchSurroundings } from './frame-settings.ts';
import { FramedPlayer } from './framed-player.ts';
import type { Isolation } from './isolation.ts';

/** What the element lends its frame. */
export interface FrameHost {
  /** Whose place, attributes and words the frame takes over. */
  readonly element: HTMLElement & {
    readonly policy: AccessPolicy;
    readonly messages: Partial<Messages>;
    readonly actions: HostActions;
  };
  readonly isolation: () => Isolation | undefined;
  /** Name of the frame for those who do not see it. */
  readonly frameTitle: () => string;
  readonly onAccess: (event: AccessEvent) => void;
  /** The frame's page has loaded and says nothing. */
  readonly onSilence: () => void;
}

/** How long a loaded frame may take to say that it is ready. */
const readyMs = 5000;
/** How often the frame is told at most that someone uses the page. */
const inputMs = 1000;

/** The shadow is drawn here: the frame ends at the card's edge. */
export const frameStyleSheets: () => readonly CSSStyleSheet[] = createStyleSheets([
  `iframe {
    display: block;
    inline-size: 100%;
    block-size: 0;
    border: 0;
    border-radius: var(--_radius);
    color-scheme: inherit;
    box-shadow: 0 8px 28px -12px light-dark(rgb(22 32 42 / 14%), transparent);
  }`,
]);

/** The host's half: makes the frame, gives it its one port, and passes on what crosses. */
export class PlayerFrame {
  readonly player: FramedPlayer = new FramedPlayer();
  readonly iframe: HTMLIFrameElement;
  /** Resolves when the frame has its port. @throws {Error} `setup_invalid` when it says nothing */
  readonly connected: Promise<void>;
  readonly #host: FrameHost;
  readonly #origin: string;
  #connected: () => void = () => undefined;
  #port: MessagePort | undefined;
  #unwatch: (() => void) | undefined;
  #sent = '';
  #wanted: Isolation | undefined;
  #choice = 0;
  #toldInputAt = 0;

  constructor(host: FrameHost, { frame }: Isolation) {
    this.#host = host;
    const { href, origin } = new URL(frame, location.href);
    this.#origin = origin;
    // On the page's own origin a frame keeps nothing from its scripts.
    const isApart = origin !== location.origin;
    // Nothing is delegated: sound starts by a click in the frame, and the frame needs no more than that.
    this.iframe = h('iframe', {
      src: isApart ? href : undefined,
      title: host.frameTitle(),
      referrerpolicy: 'no-referrer',
      allow: '',
    });
    this.connected = new Promise((resolve, reject) => {
      this.#connected = resolve;
      const giveUp = (): void => {
        if (this.iframe.isConnected && this.#port === undefined) reject(this.#silence());
      };
      this.iframe.addEventListener('load', () => setTimeout(giveUp, isApart ? readyMs : 0));
    });
    this.connected.catch(() => undefined);
    window.addEventListener('message', this.#onMessage);
    for (const type of inputEvents) window.addEventListener(type, this.#onInput, listening);
  }

  #silence(): Error {
    const words = `The player’s frame at ${this.#origin} does not answer: its page must allow ${location.origin}, and be on another origin.`;
    console.error(words);
    this.#host.onSilence();
    this.player.become({ status: 'failed', code: 'setup_invalid' });
    return Object.assign(new Error(words), { name: 'SecureCallError', code: 'setup_invalid' });
  }

  /** Lets go of the frame; leaving the page ends its session. */
  remove(): void {
    window.removeEventListener('message', this.#onMessage);
    for (const type of inputEvents) window.removeEventListener(type, this.#onInput, listening);
    this.#unwatch?.();
    this.#port?.close();
    this.iframe.remove();
  }

  focus(): void {
    this.iframe.focus();
    this.#post({ focus: true });
  }

  /** Tells the frame what has changed since it was last told. */
  readonly refresh = (): void => {
    const { element, frameTitle, isolation } = this.#host;
    const wanted = isolation();
    if (this.#port === undefined || wanted === undefined) return;
    if (wanted !== this.#wanted) this.#choice += 1;
    this.#wanted = wanted;
    this.iframe.title = frameTitle();
    const { policy, messages, actions } = element;
    const settings = JSON.stringify({
      ...surroundingsOf(element),
      call: wanted.call,
      choice: this.#choice,
      grantEndpoint: new URL(wanted.grantEndpoint, location.href).href,
      policy,
      messages,
      actions: Object.keys(actions).filter(name => actions[name as keyof HostActions]),
    } satisfies FrameSettings);
    if (settings === this.#sent) return;
    this.#sent = settings;
    this.#post({ settings });
  };

  /** Every document of the frame gets one port; another document, after a reload, gets another. */
  readonly #onMessage = ({ data, origin, source }: MessageEvent<unknown>): void => {
    const frame = this.iframe.contentWindow;
    if (frame === null || source !== frame || origin !== this.#origin || data !== frameReady) return;
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#sent = '';
    port1.onmessage = (event: MessageEvent<FrameMessage>) => this.#take(event.data);
    this.player.connect(port1);
    frame.postMessage(frameConnect, this.#origin, [port2]);
    this.#unwatch?.();
    this.#unwatch = watchSurroundings(this.#host.element, this.refresh);
    this.refresh();
    this.#connected();
  };

  #take(message: FrameMessage): void {
    if ('state' in message) this.player.become(message.state);
    else if ('answer' in message) this.player.settle(message);
    else if ('access' in message) this.#host.onAccess(message.access);
    else if ('heightPx' in message) this.iframe.style.blockSize = `${message.heightPx}px`;
    else this.#host.element.actions[message.action as keyof HostActions]?.(this.player.state);
  }

  /** Who works beside the player is not away. */
  readonly #onInput = (): void => {
    if (Date.now() - this.#toldInputAt < inputMs) return;
    this.#toldInputAt = Date.now();
    this.#post({ input: true });
  };

  #post(message: HostMessage): void {
    this.#port?.postMessage(message);
  }
}

const listening = { capture: true, passive: true };
