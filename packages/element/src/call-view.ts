import type { PlayerState } from '@secure-call/player';
import { h, setText } from './h.ts';
import type * as laterScreens from './later-screens.ts';
import type * as openCall from './open-call.ts';
import type { Words } from './messages.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { screenName, type Face } from './screen-name.ts';
import { startCard } from './start-card.ts';
import { StatusRegion } from './status-region.ts';
import { keepTypedKeysInside } from './typed-keys.ts';
import { button } from './styles/button.ts';
import { start } from './styles/start.ts';
import { createStyleSheets } from './styles/style-sheets.ts';
import { theme } from './styles/theme.ts';

const startStyleSheets = createStyleSheets([theme, button, start]);

/** Shared by all elements of the page once the first has fetched it. */
let later: (typeof laterScreens & typeof openCall) | undefined;

/** Shows one screen at a time, keeps focus in the element when a screen goes, and says what has changed. */
export class CallView {
  face: Face = 'state';
  readonly #root: ShadowRoot;
  readonly #stage: HTMLElement = h('div', { class: 'stage' });
  readonly #status: StatusRegion = new StatusRegion();
  readonly #warning: HTMLElement = h('p', { class: 'lock-warning', part: 'lock-warning', hidden: true });
  readonly #print: HTMLElement = h('p', { class: 'print' });
  #screen: Screen | undefined;
  #name: string | undefined;
  #latest: readonly [PlayerState, ScreenContext] | undefined;

  constructor(root: ShadowRoot) {
    this.#root = root;
    root.adoptedStyleSheets = [...startStyleSheets()];
    keepTypedKeysInside(this.#stage);
    this.comeBack();
  }

  /** Puts the screens where a frame was. */
  comeBack(): void {
    this.#root.replaceChildren(this.#stage, this.#warning, this.#status.root, this.#print);
  }

  /** Puts a frame that holds the whole player in place of the screens. */
  giveWay(frame: HTMLElement, styleSheets: readonly CSSStyleSheet[]): void {
    this.stop();
    this.#root.adoptedStyleSheets = [...startStyleSheets(), ...styleSheets];
    this.#root.replaceChildren(frame);
  }

  get isWarning(): boolean {
    return !this.#warning.hidden;
  }

  /** Shows the state: in place while the screen stays the same, on a new screen otherwise. */
  render(state: PlayerState, context: ScreenContext): void {
    this.#latest = [state, context];
    const name = screenName(state, this.face);
    if (name === this.#name) this.#update(state);
    else if (name === 'start') this.#replace(name, startCard(context), context, state);
    else if (later !== undefined && context.words.isWhole)
      this.#replace(
        name,
        later.createLaterScreen(state, this.face, context, later) ?? later.callScreen(state, context),
        context,
        state,
      );
    else this.#renderLater(context.words);
  }

  /** Fetches the other screens before they are needed. */
  preload(words: Words): void {
    // A failure shows when one is needed; trying early must not complain.
    loadLater(words).catch(() => undefined);
  }

  /** Forgets the screen, for new words or new rules. */
  invalidate(): void {
    this.#name = undefined;
  }

  say(text: string): void {
    this.#status.say(text);
  }

  /** Shows a warning under the screen. */
  warn(title: string, text: string): void {
    this.#warning.hidden = false;
    this.#warning.replaceChildren(h('b', {}, title), ' ', text);
  }

  endWarning(): void {
    this.#warning.hidden = true;
    this.#warning.replaceChildren();
  }

  stop(): void {
    this.#screen?.dispose?.();
    this.#screen = undefined;
    this.#name = undefined;
    this.#latest = undefined;
    this.#status.stop();
  }

  /** A control that goes while it has focus leaves it to the screen's first one. */
  #update(state: PlayerState): void {
    const hadFocus = this.#stage.contains(this.#root.activeElement);
    this.#screen?.update?.(state);
    if (hadFocus && !this.#root.activeElement?.checkVisibility()) this.#screen?.focusTarget.focus();
  }

  /** Until the other screens are there, the present one stays. */
  #renderLater(words: Words): void {
    const renderLatest = (): void => {
      if (this.#latest !== undefined) this.render(...this.#latest);
    };
    loadLater(words).then(renderLatest, reportError);
  }

  #replace(name: string, screen: Screen, { words }: ScreenContext, state: PlayerState): void {
    const isFirst = this.#screen === undefined;
    const hadFocus = this.#stage.contains(this.#root.activeElement);
    this.#screen?.dispose?.();
    this.#screen = screen;
    this.#name = name;
    this.#stage.lang = words.language;
    this.#root.adoptedStyleSheets = [
      ...startStyleSheets(),
      ...(later ? [...later.callStyleSheets(), ...later.laterStyleSheets()] : []),
    ];
    this.#stage.replaceChildren(screen.root);
    // Now it knows how wide it is.
    screen.update?.(state);
    setText(this.#print, words.say('printing'));
    if (hadFocus) screen.focusTarget.focus();
    if (!isFirst) this.say(screen.announcement);
  }
}

async function loadLater(words: Words): Promise<void> {
  const [screens, call] = await Promise.all([
    import('./later-screens.ts'),
    import('./open-call.ts'),
    words.isWhole || words.complete(),
  ]);
  later = { ...screens, ...call };
}
