import { callListView } from './call-list.ts';
import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { type OpenPage, openPage } from './open-page.ts';
import { PlayerPanel } from './player-panel.ts';
import { RecordPanel } from './record-panel.ts';
import { inLanguage, type PagePath } from './site-pages.ts';
import { welcomeCards, welcomeWords } from './welcome.ts';

/** The first page is the page to listen with a few words before it: it becomes that as soon as a call is opened. */
const isWelcome = location.pathname === '/';
const path: PagePath = isWelcome ? '/' : '/listen';

class ListenPage {
  readonly #page: OpenPage;
  readonly #record: RecordPanel;
  readonly #player: PlayerPanel;
  readonly #list: ReturnType<typeof callListView>;
  readonly #columns: HTMLElement;
  #shown: ListedCall | undefined;

  constructor(page: OpenPage) {
    this.#page = page;
    const { messages, list, guide } = page;
    this.#record = new RecordPanel(messages, {
      listenerName: list.signedIn.name,
      onRecord: type => {
        if (type === 'playback.listened') guide.markDone('record');
        if (type === 'session.revoked') guide.markDone('end');
      },
      openAgain: () => this.#show(this.#shown),
    });
    this.#player = new PlayerPanel({
      frame: list.frame,
      messages,
      onSession: session => this.#opened(session),
      onPlaying: () => {
        guide.markDone('listen');
        if (this.#shown) guide.heard(this.#shown.call);
      },
      onRefused: () => {
        this.#leaveWelcome();
        this.#record.showRefused();
      },
      showRecord: () => this.#record.focus(),
      backToList: () => this.#list.focus(),
    });
    this.#list = callListView(list.calls, messages, () => {
      if (this.#player.isOver) this.#show(this.#shown);
    });
    this.#columns = this.#build();
    addEventListener('hashchange', () => {
      const call = this.#addressed();
      if (call !== this.#shown) this.#show(call);
    });
    this.#show(this.#addressed() ?? list.calls[0]);
  }

  #build(): HTMLElement {
    const { messages } = this.#page;
    const title = element('h1', { class: 'visually-hidden listen-title' }, messages.pageTitle);
    // In a wide window it scrolls for itself, which the keyboard has to reach: the player's frame scrolls only what is in it.
    const main = element('main', { id: 'player', tabindex: '0' }, title, this.#player.root);
    if (isWelcome) {
      main.prepend(welcomeWords(messages));
      main.append(welcomeCards(messages));
    }
    const look = isWelcome ? 'columns welcome' : 'columns';
    return element('div', { class: look }, this.#list.root, main, this.#record.root);
  }

  get content(): { content: Element[]; places: Record<'listen' | 'record' | 'end', () => void> } {
    return {
      content: [this.#columns],
      places: {
        listen: () => this.#player.focus(),
        record: () => this.#record.focus(),
        end: () => this.#record.focusEnding(),
      },
    };
  }

  #opened(session: string): void {
    this.#leaveWelcome();
    this.#record.follow(session);
  }

  /** List and record come to the player's sides; the player stays where it is in the document, and so does the sound. */
  #leaveWelcome(): void {
    if (!this.#columns.classList.contains('welcome')) return;
    this.#columns.classList.remove('welcome');
    history.replaceState(null, '', `${inLanguage('/listen')}#${this.#shown?.call ?? ''}`);
    for (const link of document.querySelectorAll('.top nav a'))
      if (link.getAttribute('href') === inLanguage('/listen')) link.setAttribute('aria-current', 'page');
  }

  #show(call: ListedCall | undefined): void {
    if (!call) return;
    this.#shown = call;
    this.#list.mark(call);
    this.#record.showCall(call);
    this.#player.show(call);
  }

  #addressed(): ListedCall | undefined {
    return this.#page.list.calls.find(({ call }) => location.hash === `#${call}`);
  }
}

void openPage(
  {
    path,
    title: messages => messages.pageTitle,
    skipTo: 'player',
    skip: messages => messages.skip,
    who: (_messages, { signedIn }) => signedIn,
  },
  page => new ListenPage(page).content,
);
