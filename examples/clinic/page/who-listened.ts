import { accessList } from './access-list.ts';
import { summaryOf } from './access-words.ts';
import { callListView } from './call-list.ts';
import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { icon } from './icons.ts';
import type { Messages } from './messages.ts';
import { type OpenPage, openPage } from './open-page.ts';
import { fetchAccesses } from './people-api.ts';
import { SampleAccesses } from './sample-accesses.ts';
import { callTitle } from './time-words.ts';

/** "Who has listened to my call?", as the person who called sees it. */
class AccessPanel {
  readonly root: HTMLElement;
  readonly #messages: Messages;
  readonly #of = element('p', { class: 'of' });
  readonly #summary = element('p', { class: 'summary', role: 'status' });
  readonly #list = element('div', {});
  readonly #again: HTMLButtonElement;
  readonly #onSeen: () => void;
  #call: ListedCall | undefined;

  /** @param onSeen - someone's access was shown */
  constructor(messages: Messages, onSeen: () => void) {
    this.#onSeen = onSeen;
    const { people } = messages;
    this.#messages = messages;
    this.#again = element('button', { type: 'button', class: 'button', hidden: '' }, people.again);
    this.#again.addEventListener('click', () => void this.#read());
    const samples = new SampleAccesses(messages, people.sample, () => this.#read());
    this.samples = samples;
    const title = element('h1', { id: 'accesses', tabindex: '-1' }, people.patient.title);
    const head = element('header', {}, title, this.#of, this.#summary, this.#again);
    const foot = element(
      'p',
      { class: 'filled' },
      icon('record'),
      element('span', {}, `${people.patient.filled} ${people.patient.own}`),
    );
    const card = element('section', { class: 'card', 'aria-labelledby': 'accesses' }, head, this.#list, foot);
    this.root = element('main', { class: 'people' }, card, samples.root);
  }

  readonly samples: SampleAccesses;

  show(call: ListedCall): void {
    this.#call = call;
    this.samples.of(call);
    this.#of.textContent = `${callTitle(call, this.#messages)}.`;
    this.#summary.textContent = '';
    this.#list.replaceChildren();
    void this.#read();
  }

  async #read(): Promise<void> {
    const call = this.#call;
    if (!call) return;
    const accesses = await fetchAccesses(call.call);
    if (call !== this.#call) return;
    this.#again.hidden = accesses !== undefined;
    this.#summary.textContent = accesses ? summaryOf(accesses, this.#messages) : this.#messages.people.failed;
    if (!accesses) return;
    this.#list.replaceChildren(accessList(accesses, call.durationSeconds, this.#messages));
    if (accesses.length > 0) this.#onSeen();
  }
}

void openPage(
  {
    path: '/who-listened',
    title: ({ people }) => people.whoListened,
    skipTo: 'accesses',
    skip: ({ people }) => people.patient.title,
    who: ({ people }) => ({ name: people.patient.signedIn, unit: people.patient.unit }),
  },
  page => ({ content: [build(page)] }),
);

function build({ messages, list: { calls: all }, guide }: OpenPage): HTMLElement {
  const { patient } = messages.people;
  // To the person who called, it is their own call whichever unit answered it.
  const calls = all.map(call => ({ ...call, ownUnit: true }));
  const panel = new AccessPanel(messages, () => guide.markDone('who'));
  const words = { heading: patient.calls, caption: patient.playing };
  const list = callListView(calls, messages, () => undefined, words);
  const show = (): void => {
    const call = calls.find(({ call: id }) => location.hash === `#${id}`) ?? heardLast() ?? calls[0];
    if (!call) return;
    list.mark(call);
    panel.show(call);
  };
  const heardLast = (): ListedCall | undefined => calls.find(({ call }) => call === guide.call);
  addEventListener('hashchange', show);
  show();
  return element('div', { class: 'columns two' }, list.root, panel.root);
}
