import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { counted, type Messages } from './messages.ts';
import { openPage } from './open-page.ts';
import { fetchReviews, type ReviewPage } from './people-api.ts';
import { reviewCard } from './review-card.ts';
import { doneList, readingList, refusalList } from './review-lists.ts';
import { SampleAccesses } from './sample-accesses.ts';

/** The privacy office's queue: what waits, what was reviewed, who was refused, who read the record. */
class ReviewPanel {
  readonly root: HTMLElement;
  readonly #messages: Messages;
  readonly #calls: readonly ListedCall[];
  readonly #title: HTMLElement;
  readonly #status = element('p', { class: 'summary', role: 'status' });
  readonly #queue = element('div', { class: 'queue' });
  readonly #done = element('div', { class: 'done' });
  readonly #beside = element('div', { class: 'beside' });
  readonly #again: HTMLButtonElement;

  constructor(calls: readonly ListedCall[], messages: Messages) {
    const { people } = messages;
    this.#messages = messages;
    this.#calls = calls;
    this.#title = element('h1', { id: 'reviews', tabindex: '-1' }, people.officer.title);
    this.#again = element('button', { type: 'button', class: 'button', hidden: '' }, people.again);
    this.#again.addEventListener('click', () => void this.read());
    const samples = new SampleAccesses(messages, people.sampleAny, () => this.read());
    const [first] = calls;
    if (first) samples.of(first);
    this.root = element(
      'main',
      { class: 'people wide' },
      element(
        'header',
        {},
        this.#title,
        element('p', { class: 'intro' }, people.officer.intro),
        this.#status,
        this.#again,
      ),
      element(
        'div',
        { class: 'desk' },
        element('div', { class: 'work' }, this.#queue, this.#done, samples.root),
        this.#beside,
      ),
    );
  }

  /** @param said - what is told before how many wait */
  async read(said = ''): Promise<void> {
    const { people } = this.#messages;
    const page = await fetchReviews();
    this.#again.hidden = page !== undefined;
    if (page) this.#show(page, said);
    else this.#status.textContent = people.failed;
  }

  #show(page: ReviewPage, said: string): void {
    const { officer } = this.#messages.people;
    const waiting = page.reviews.length;
    const count = waiting === 0 ? officer.none : counted(officer.waiting, waiting);
    this.#status.textContent = `${said} ${count}`.trim();
    const options = {
      messages: this.#messages,
      calls: this.#calls,
      reviewer: page.reviewer,
      onRecorded: () => void this.#recorded(),
    };
    this.#queue.replaceChildren(...page.reviews.map(access => reviewCard(access, options)));
    this.#done.replaceChildren(doneList(page, this.#calls, this.#messages));
    this.#beside.replaceChildren(
      refusalList(page, this.#calls, this.#messages),
      readingList(page, this.#messages),
    );
  }

  /** The card is gone, so the keyboard goes on from the top. */
  async #recorded(): Promise<void> {
    await this.read(this.#messages.people.officer.recorded);
    this.#title.focus();
  }
}

void openPage(
  {
    path: '/reviews',
    title: ({ people }) => people.reviews,
    skipTo: 'reviews',
    skip: ({ people }) => people.officer.title,
    who: ({ people }, { reviewer }) => ({ name: reviewer, unit: people.officer.unit }),
  },
  ({ messages, list }) => {
    const panel = new ReviewPanel(list.calls, messages);
    void panel.read();
    return { content: [panel.root] };
  },
);
