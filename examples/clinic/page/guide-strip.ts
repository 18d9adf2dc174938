import { element } from './dom.ts';
import { type GuideProgress, type GuideStep, guideSteps } from './guide-progress.ts';
import { icon } from './icons.ts';
import { fill, type Messages } from './messages.ts';
import { inLanguage, type PagePath } from './site-pages.ts';

const pagesOfSteps: Readonly<Record<GuideStep, PagePath>> = {
  listen: '/listen',
  record: '/listen',
  end: '/listen',
  bucket: '/bucket',
  who: '/who-listened',
  trace: '/trace',
};

/** Leads to a step's place on this very page. */
export type GuidePlaces = Readonly<Partial<Record<GuideStep, () => void>>>;

/** The way through the site: what is done, what comes next, and how to get there. It can be put away and taken out again. */
export class GuideStrip {
  readonly root: HTMLElement;
  readonly #progress: GuideProgress;
  readonly #messages: Messages;
  readonly #page: PagePath;
  readonly #places: GuidePlaces;
  readonly #list = element('ol', { class: 'steps' });
  readonly #words = element('p', { class: 'todo', role: 'status' });
  readonly #action = element('span', { class: 'go' });
  readonly #open: HTMLElement;
  readonly #closed: HTMLElement;

  constructor(page: PagePath, progress: GuideProgress, messages: Messages, places: GuidePlaces = {}) {
    this.#page = page === '/' ? '/listen' : page;
    this.#progress = progress;
    this.#messages = messages;
    this.#places = places;
    const { guide } = messages;
    const hide = this.#button(guide.hide, 'quiet', () => this.#setHidden(true));
    const show = this.#button(guide.show, 'quiet', () => this.#setHidden(false));
    const now = element('div', { class: 'now' }, this.#words, this.#action, hide);
    this.#open = element('div', { class: 'open' }, this.#list, now);
    this.#closed = element('div', { class: 'closed' }, show);
    this.root = element('section', { class: 'guide', 'aria-label': guide.name }, this.#open, this.#closed);
    progress.follow(() => this.#draw());
  }

  #draw(): void {
    const { hidden, next } = this.#progress;
    this.#open.hidden = hidden;
    this.#closed.hidden = !hidden;
    this.#list.replaceChildren(...guideSteps.map((step, place) => this.#step(step, place + 1)));
    const { guide } = this.#messages;
    const place = next === undefined ? guideSteps.length : guideSteps.indexOf(next) + 1;
    const count = fill(guide.count, { place, of: guideSteps.length });
    const words = next === undefined ? guide.finished : guide.steps[next].todo;
    const head = next === undefined ? [] : [element('b', {}, `${count} `)];
    this.#words.replaceChildren(...head, words);
    this.#action.replaceChildren(this.#way(next));
  }

  /** A step's mark: a link, unless it is on this page. */
  #step(step: GuideStep, place: number): HTMLElement {
    const { guide } = this.#messages;
    const done = this.#progress.isDone(step);
    const isNext = this.#progress.next === step;
    const mark = element('span', { class: 'mark' }, done ? icon('done') : `${place}`);
    const state = done ? [element('span', { class: 'visually-hidden' }, ` (${guide.done})`)] : [];
    const name = element('span', { class: 'name' }, guide.steps[step].name, ...state);
    const here = pagesOfSteps[step] === this.#page;
    const inside = here
      ? element('span', {}, mark, name)
      : element('a', { href: inLanguage(pagesOfSteps[step]) }, mark, name);
    const marks = { ...(done ? { class: 'done' } : {}), ...(isNext ? { 'aria-current': 'step' } : {}) };
    return element('li', marks, inside);
  }

  /** The one next step: to another page, to a place on this one, or from the beginning. */
  #way(next: GuideStep | undefined): HTMLElement | string {
    const { guide } = this.#messages;
    if (next === undefined) return this.#button(guide.again, '', () => this.#progress.restart());
    const path = pagesOfSteps[next];
    if (path !== this.#page)
      return element('a', { class: 'button filled-button', href: inLanguage(path) }, guide.steps[next].go);
    const place = this.#places[next];
    return place ? this.#button(guide.steps[next].go, 'filled-button', place) : '';
  }

  #button(words: string, kind: string, act: () => void): HTMLButtonElement {
    const button = element('button', { type: 'button', class: `button ${kind}`.trim() }, words);
    button.addEventListener('click', act);
    return button;
  }

  /** The button that was pressed goes away: the keyboard goes on with its counterpart. */
  #setHidden(hidden: boolean): void {
    this.#progress.hide(hidden);
    const counterpart = hidden ? this.#closed : this.#open;
    counterpart.querySelector<HTMLElement>('button.quiet')?.focus();
  }
}
