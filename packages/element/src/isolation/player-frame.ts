import { AccessRecordEvent } from '../element-events.ts';
import { h } from '../h.ts';
import { inputEvents } from '../idle-lock.ts';
import type { HostActions } from '../host-actions.ts';
import type { SecureCallPlayerElement } from '../secure-call-player-element.ts';
import { createStyleSheets } from '../styles/style-sheets.ts';
import { frameConnect, type FrameMessage, frameReady, type HostMessage } from './frame-messages.ts';
import { settingsOf, watchSettings } from './frame-settings.ts';
import { FramedPlayer } from './framed-player.ts';
import type { Isolation } from './isolation.ts';

/** What the element lends its frame. */
export interface FrameHost {
  /** Whose place, attributes and words the frame takes over. */
  readonly element: SecureCallPlayerElement;
  /** Name of the frame for those who do not see it. */
  readonly frameTitle: () => string;
  /** The frame's page has loaded and says nothing. */
  readonly onSilence: () => void;
}

/** How long a loaded frame may take to say that it is ready. */
const readyMs = 5000;
/** How often the frame is told at most that someone uses the page. */
const inputMs = 1000;

/** The card's shadow is drawn here: the frame ends at the card's edge. */
export const frameStyleSheets: () => readonly CSSStyleSheet[] = createStyleSheets([
  'iframe { display: block; inline-size: 100%; block-size: 0; border: 0 !important; color-scheme: inherit; }',
]);

/** The host's half: makes the frame, gives it its one port, and passes on what crosses. */
export class PlayerFrame {
  readonly player: FramedPlayer = new FramedPlayer();
  readonly iframe: HTMLIFrameElement;
  /** Resolves when the frame has its port. @throws {Error} `setup_invalid` when it says nothing */
  readonly connected: Promise<void>;
  readonly #host: FrameHost;
  readonly #origin: string;
  readonly #end = new AbortController();
  #connected: () => void = () => undefined;
  #port: MessagePort | undefined;
  #sent = '';
  #chosen: Isolation | undefined;
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
      class: 'card',
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
      this.iframe.onload = () => setTimeout(giveUp, isApart ? readyMs : 0);
    });
    this.connected.catch(() => undefined);
    const { signal } = this.#end;
    addEventListener('message', event => this.#greet(event), { signal });
    for (const type of inputEvents)
      addEventListener(type, () => this.#tellInput(), { signal, capture: true, passive: true });
  }

  /** Lets go of the frame; leaving the page ends its session. */
  remove(): void {
    this.#end.abort();
    this.#port?.close();
    this.iframe.remove();
  }

  focus(): void {
    this.iframe.focus();
    this.#post({ focus: true });
  }

  /** Tells the frame what has changed since it was last told. */
  refresh(): void {
    const { element, frameTitle } = this.#host;
    const { isolation } = element;
    if (this.#port === undefined || isolation === undefined) return;
    if (isolation !== this.#chosen) this.#choice += 1;
    this.#chosen = isolation;
    this.iframe.title = frameTitle();
    const settings = JSON.stringify(settingsOf(element, isolation, this.#choice));
    if (settings !== this.#sent) this.#post({ settings });
    this.#sent = settings;
  }

  /** Every document of the frame gets one port; another document, after a reload, gets another. */
  #greet({ data, origin, source }: MessageEvent<unknown>): void {
    const frame = this.iframe.contentWindow;
    if (frame === null || source !== frame || origin !== this.#origin || data !== frameReady) return;
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#sent = '';
    port1.onmessage = (event: MessageEvent<FrameMessage>) => this.#take(event.data);
    this.player.connect(port1);
    frame.postMessage(frameConnect, origin, [port2]);
    // Where the element stands now.
    watchSettings(this.#host.element, () => this.refresh(), this.#end.signal);
    this.refresh();
    this.#connected();
  }

  #take(message: FrameMessage): void {
    const { element } = this.#host;
    if ('state' in message) this.player.become(message.state);
    else if ('answer' in message) this.player.settle(message);
    else if ('access' in message) element.dispatchEvent(new AccessRecordEvent(message.access));
    else if ('heightPx' in message) this.iframe.style.blockSize = `${message.heightPx}px`;
    else element.actions[message.action as keyof HostActions]?.(this.player.state);
  }

  #silence(): Error {
    const words = `The player’s frame at ${this.#origin} does not answer: its page must allow ${location.origin}, and be on another origin.`;
    console.error(words);
    this.#host.onSilence();
    this.player.become({ status: 'failed', code: 'setup_invalid' });
    return Object.assign(new Error(words), { name: 'SecureCallError', code: 'setup_invalid' });
  }

  /** Who works beside the player is not away. */
  #tellInput(): void {
    if (Date.now() - this.#toldInputAt < inputMs) return;
    this.#toldInputAt = Date.now();
    this.#post({ input: true });
  }

  #post(message: HostMessage): void {
    this.#port?.postMessage(message);
  }
}
