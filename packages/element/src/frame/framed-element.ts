import type { PlayerState } from '@secure-call/player';
import type { HostActions } from '../host-actions.ts';
import type { FrameCommand, FrameMessage, FrameSettings, HostMessage } from '../isolation/frame-messages.ts';
import type { Messages } from '../messages.ts';
import type { SecureCallPlayerElement } from '../secure-call-player-element.ts';
import { contentFree } from './content-free.ts';
import { runCommand } from './frame-commands.ts';
import { frameAuthorize } from './frame-grant.ts';
import { slotChildren } from './frame-texts.ts';
import { applyTheme } from './frame-theme.ts';

/** Attributes of the element that count here too. */
const crossingAttributes: readonly string[] =
  'layout reason seek-step default-playback-rate idle-timeout lock-on-hidden hotkeys media-session'.split(
    ' ',
  );

/** Events after which a new state may be there. */
const changes = 'accesschange callerror durationchange'.split(' ');

/** The frame's half: the real element, kept as the host wants it, and what it may tell the host. */
export class FramedElement {
  readonly #element: SecureCallPlayerElement = document.createElement('secure-call-player');
  readonly #port: MessagePort;
  readonly #service: string;
  #settings: FrameSettings | undefined;
  #followed: SecureCallPlayerElement['player'];
  #unsubscribe: (() => void) | undefined;

  constructor(port: MessagePort, service: string) {
    this.#port = port;
    this.#service = service;
    const element = this.#element;
    element.onaccessevent = ({ detail }) => this.#post({ access: detail });
    for (const type of changes) element.addEventListener(type, event => this.#follow(event));
    new ResizeObserver(() => this.#tellHeight()).observe(element);
    port.addEventListener('message', (event: MessageEvent<HostMessage>) => this.#take(event.data));
    port.start();
  }

  #take(message: HostMessage): void {
    if ('settings' in message) this.#apply(JSON.parse(message.settings) as FrameSettings);
    else if ('command' in message) void this.#run(message);
    else if ('focus' in message) this.#focus();
    // The element counts whatever is done on its own page.
    else if ('input' in message) window.dispatchEvent(new Event('pointermove'));
  }

  #apply(settings: FrameSettings): void {
    const [element, before] = [this.#element, this.#settings];
    this.#settings = settings;
    applyTheme(document.documentElement, settings);
    document.documentElement.dir = settings.dir === 'rtl' ? 'rtl' : 'ltr';
    for (const name of crossingAttributes) setAttribute(element, name, settings.attributes[name]);
    for (const one of [document.documentElement, element]) setAttribute(one, 'lang', settings.lang || 'en');
    if (isNew(before?.texts, settings.texts)) element.replaceChildren(...slotChildren(settings.texts));
    if (isNew(before?.policy, settings.policy)) element.policy = settings.policy;
    if (isNew(before?.messages, settings.messages)) element.messages = texts(settings.messages);
    if (isNew(before?.actions, settings.actions)) element.actions = this.#actions(settings.actions);
    if (before?.call !== settings.call || before.choice !== settings.choice) this.#choose(settings.call);
    if (!element.isConnected) document.body.append(element);
  }

  #choose(call: string): void {
    this.#element.source = {
      call,
      service: this.#service,
      authorize: request => frameAuthorize(this.#settings?.grantEndpoint ?? '')(request),
    };
  }

  /** The host has the functions; which of them there are decides which buttons there are. */
  #actions(names: readonly string[]): HostActions {
    return Object.fromEntries(names.map(name => [name, () => this.#post({ action: name })]));
  }

  async #run(command: FrameCommand): Promise<void> {
    const { id: answer } = command;
    try {
      await runCommand(this.#element, command);
      this.#post({ answer });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error('The command failed.');
      const code = error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code;
      this.#post({ answer, error: { name, message, ...(code && { code }) } } as FrameMessage);
    }
  }

  #focus(): void {
    const inside = this.#element.shadowRoot;
    const control = inside?.querySelector<HTMLElement>('[part~="start-button"], [part~="play-button"]');
    (control ?? inside?.querySelector<HTMLElement>('[tabindex], button, input'))?.focus();
  }

  /** A player is made on the first click, and another for every call. */
  #follow(event: Event): void {
    const { player } = this.#element;
    if (player !== this.#followed) {
      this.#unsubscribe?.();
      this.#followed = player;
      this.#unsubscribe = player?.subscribe(() => this.#tell(player.state));
    }
    this.#tell(player?.state ?? stateWithoutPlayer(event));
  }

  #tell(state: PlayerState): void {
    this.#post({ state: contentFree(state) });
  }

  #tellHeight(): void {
    this.#post({ heightPx: Math.ceil(this.#element.getBoundingClientRect().height) });
  }

  #post(message: FrameMessage): void {
    this.#port.postMessage(message, []);
  }
}

function setAttribute(element: Element, name: string, value: unknown): void {
  const wanted = typeof value === 'string' ? value.slice(0, 64) : null;
  if (element.getAttribute(name) === wanted) return;
  if (wanted === null) element.removeAttribute(name);
  else element.setAttribute(name, wanted);
}

const isNew = (before: unknown, after: unknown): boolean => JSON.stringify(before) !== JSON.stringify(after);

/** Only sentences: they come from a page that is not trusted. */
const texts = (messages: Partial<Messages>): Partial<Messages> =>
  Object.fromEntries(Object.entries(messages).filter(([, text]) => typeof text === 'string'));

/** While the player's code is fetched the element has a state and no player yet. */
function stateWithoutPlayer(event: Event): PlayerState {
  const status = event instanceof CustomEvent ? (event.detail as { status?: unknown }).status : undefined;
  return status === 'opening' ? { status } : { status: 'idle' };
}
