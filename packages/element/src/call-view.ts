import type { PlayerState } from '@secure-call/player';
import { h, setText } from './h.ts';
import { runHotkey } from './hotkeys.ts';
import { isOpen } from './open-state.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { createScreen, screenName, type Face } from './screens.ts';
import { StatusRegion } from './status-region.ts';
import { styleSheets } from './styles/style-sheets.ts';

/** Shows one screen at a time, keeps focus in the element when a screen goes, and says what has changed. */
export class CallView {
  face: Face = 'state';
  readonly #root: ShadowRoot;
  readonly #stage: HTMLElement = h('div', { class: 'stage' });
  readonly #status: StatusRegion = new StatusRegion();
  readonly #warning: HTMLElement = h('p', { class: 'lock-warning', part: 'lock-warning', hidden: true });
  #screen: Screen | undefined;
  #name: string | undefined;

  constructor(root: ShadowRoot) {
    this.#root = root;
    root.adoptedStyleSheets = [...styleSheets()];
    root.append(this.#stage, this.#warning, this.#status.root);
  }

  /** Whether the transport is on the screen, so that keys have something to act on. */
  get showsCall(): boolean {
    return this.#name === 'call';
  }

  get isWarning(): boolean {
    return !this.#warning.hidden;
  }

  /** Hands keys pressed inside the element to the commands while `isEnabled`. */
  listenForKeys(
    context: () => ScreenContext | undefined,
    state: () => PlayerState,
    isEnabled: () => boolean,
  ): void {
    this.#stage.addEventListener('keydown', event => {
      const [{ commands } = {}, now] = [context(), state()];
      if (commands !== undefined && this.showsCall && isOpen(now) && isEnabled()) {
        runHotkey(event, commands, now.durationSeconds);
      }
    });
  }

  render(state: PlayerState, context: ScreenContext): void {
    const name = screenName(state, this.face);
    if (name === this.#name) this.#screen?.update?.(state);
    else this.#replace(name, state, context);
  }

  /** Forgets the screen, for new words or new rules. */
  invalidate(): void {
    this.#name = undefined;
  }

  say(text: string): void {
    this.#status.say(text);
  }

  /** @param text - undefined takes the warning away */
  warn(title: string | undefined, text: string): void {
    this.#warning.hidden = title === undefined;
    if (title === undefined) return;
    if (this.#warning.childElementCount === 0) this.#warning.append(h('b'), ' ', h('span'));
    const [count, rest] = this.#warning.children;
    if (count instanceof HTMLElement) setText(count, title);
    if (rest instanceof HTMLElement) setText(rest, text);
  }

  stop(): void {
    this.#screen?.dispose?.();
    this.#screen = undefined;
    this.#name = undefined;
    this.#status.stop();
  }

  #replace(name: string, state: PlayerState, context: ScreenContext): void {
    const isFirst = this.#screen === undefined;
    const hadFocus = this.#stage.contains(this.#root.activeElement);
    this.#screen?.dispose?.();
    const screen = createScreen(state, this.face, context);
    this.#screen = screen;
    this.#name = name;
    this.#stage.lang = context.words.language;
    this.#stage.replaceChildren(screen.root);
    if (hadFocus) screen.focusTarget.focus();
    if (!isFirst) this.say(screen.announcement);
  }
}
