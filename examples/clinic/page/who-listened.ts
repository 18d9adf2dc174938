import { accessList } from './access-list.ts';
import { summaryOf } from './access-words.ts';
import { callListView } from './call-list.ts';
import { fetchCallList, type ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { icon } from './icons.ts';
import { chooseMessages, type Messages } from './messages.ts';
import { fetchAccesses } from './people-api.ts';
import { SampleAccesses } from './sample-accesses.ts';
import { callTitle } from './time-words.ts';
import { topBar } from './top-bar.ts';

/** "Who has listened to my call?", as the person who called sees it. */
class AccessPanel {
  readonly root: HTMLElement;
  readonly #messages: Messages;
  readonly #of = element('p', { class: 'of' });
  readonly #summary = element('p', { class: 'summary', role: 'status' });
  readonly #list = element('div', {});
  readonly #again: HTMLButtonElement;
  #call: ListedCall | undefined;

  constructor(messages: Messages) {
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
    if (accesses) this.#list.replaceChildren(accessList(accesses, call.durationSeconds, this.#messages));
  }
}

async function start(): Promise<void> {
  const messages = chooseMessages(location.search, navigator.languages);
  const { people } = messages;
  document.documentElement.lang = messages.language;
  document.title = `${people.whoListened} · secure-call-player`;
  const list = await fetchCallList().catch(() => undefined);
  const who = { name: people.patient.signedIn, unit: people.patient.unit };
  document.body.append(
    topBar({ page: '/who-listened', skipTo: 'accesses', skip: people.patient.title, who }, messages),
  );
  if (list === undefined)
    document.body.append(element('p', { class: 'failure', role: 'alert' }, messages.callsFailed));
  else build(list.calls, messages);
}

function build(all: readonly ListedCall[], messages: Messages): void {
  const { patient } = messages.people;
  // To the person who called, it is their own call whichever unit answered it.
  const calls = all.map(call => ({ ...call, ownUnit: true }));
  const panel = new AccessPanel(messages);
  const words = { heading: patient.calls, caption: patient.playing };
  const list = callListView(calls, messages, () => undefined, words);
  document.body.append(element('div', { class: 'columns two' }, list.root, panel.root));
  const show = (): void => {
    const call = calls.find(({ call: id }) => location.hash === `#${id}`) ?? calls[0];
    if (!call) return;
    list.mark(call);
    panel.show(call);
  };
  addEventListener('hashchange', show);
  show();
}

void start();
