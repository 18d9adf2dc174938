import type { CallList } from './clinic-api.ts';
import { element } from './dom.ts';
import { type DropZone, dropZone } from './drop-zone.ts';
import { fill, type Messages } from './messages.ts';
import { phoneCopy } from './phone-copy.ts';
import { readyCopy } from './ready-copy.ts';
import { traceAnswer } from './trace-answer.ts';
import { fetchSampleLeak, type Leaker, traceLeak } from './trace-api.ts';
import { traceWords } from './trace-words.ts';

const BYTES_A_MEGABYTE = 1024 * 1024;
/** What the application's backend takes. */
const MOST_MEGABYTES = 50;

export interface TracePanelOptions {
  readonly list: CallList;
  readonly messages: Messages;
  /** The call that the visitor heard last. */
  readonly heardCall: string | undefined;
  readonly onNamed: () => void;
}

/** Drop a leaked file in, see whose keys opened it. */
export class TracePanel {
  readonly root: HTMLElement;
  readonly #options: TracePanelOptions;
  readonly #messages: Messages;
  readonly #zone: DropZone;
  readonly #make: HTMLElement;
  readonly #made = element('div', {});
  readonly #status = element('p', { class: 'headline', role: 'status' });
  readonly #stop: HTMLButtonElement;
  readonly #answer = element('div', { class: 'answer' });
  #copy: File | undefined;
  #working = new AbortController();

  constructor(options: TracePanelOptions) {
    this.#options = options;
    this.#messages = options.messages;
    const { trace } = this.#messages;
    this.#zone = dropZone(
      fill(trace.formats, { megabytes: MOST_MEGABYTES }),
      file => this.#take(file),
      () => this.#traceCopy(),
    );
    this.#zone.ask(trace.choose);
    this.#make = this.#makeButtons();
    this.#stop = element('button', { type: 'button', class: 'button' }, trace.stop);
    this.#stop.addEventListener('click', () => this.#working.abort());
    this.#stop.hidden = true;
    const ready = element(
      'section',
      { class: 'card ready', 'aria-labelledby': 'ready' },
      element('h2', { id: 'ready' }, trace.ready),
      element('p', { class: 'caption' }, trace.readyCaption),
      this.#make,
      this.#made,
    );
    const found = element('div', { class: 'found' }, this.#status, this.#stop, this.#answer);
    this.root = element('div', { class: 'trace', id: 'trace' }, ready, this.#zone.root, found);
  }

  /** Brings the beginning into view. */
  focus(): void {
    this.root.querySelector('button')?.focus();
  }

  #makeButtons(): HTMLElement {
    const { trace } = this.#messages;
    const { name } = this.#options.list.signedIn;
    const button = (by: Leaker, words: string, leaker: string): HTMLElement => {
      const made = element('button', { type: 'button', class: 'button' }, words);
      made.addEventListener('click', () => this.#makeCopy(by, leaker));
      return made;
    };
    return element(
      'div',
      { class: 'buttons' },
      button('visitor', fill(trace.makeMine, { name }), name),
      button('colleague', trace.makeTheirs, trace.colleague),
    );
  }

  #makeCopy(by: Leaker, name: string): void {
    const { trace } = this.#messages;
    this.#made.replaceChildren();
    void this.#work(fill(trace.making, { name }), async signal => {
      const recording = await fetchSampleLeak(by, this.#options.heardCall, signal);
      const copy = await phoneCopy(recording, trace.copyFile);
      this.#copy = copy.file;
      this.#made.replaceChildren(readyCopy(copy, this.#messages, () => this.#traceCopy()));
      this.#say('');
    });
  }

  #traceCopy(): void {
    if (this.#copy) this.#take(this.#copy);
  }

  #take(file: File): void {
    const { trace } = this.#messages;
    const megabytes = file.size / BYTES_A_MEGABYTE;
    if (megabytes <= MOST_MEGABYTES) void this.#work('', signal => this.#trace(file, signal));
    else {
      const places = { file: file.name, size: Math.ceil(megabytes), megabytes: MOST_MEGABYTES };
      this.#say(fill(trace.tooLarge, places));
    }
  }

  async #trace(file: File, signal: AbortSignal): Promise<void> {
    const messages = this.#messages;
    const { list, onNamed } = this.#options;
    this.#say(fill(messages.trace.listening, { file: file.name }));
    const report = await traceLeak(file, signal);
    if (typeof report === 'string') {
      this.#say(fill(messages.trace[report], { file: file.name }));
      return;
    }
    const words = traceWords(report, { file: file.name, calls: list.calls, messages });
    this.#say(words.headline);
    this.#answer.append(...traceAnswer(words, report.listeners, messages));
    if (words.named) onNamed();
  }

  /** Does one thing at a time, which can be stopped. */
  async #work(text: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = (this.#working = new AbortController());
    this.#say(text);
    const before = document.activeElement;
    this.#busy(true);
    // What had the focus cannot be used now.
    this.#stop.focus();
    await work(signal).catch(() => {
      const { stopped, failed } = this.#messages.trace;
      this.#say(signal.aborted ? stopped : failed);
    });
    const stillThere = document.activeElement === this.#stop;
    this.#busy(false);
    if (stillThere && before instanceof HTMLElement) before.focus();
  }

  #busy(busy: boolean): void {
    this.#zone.disable(busy);
    this.#zone.ask(this.#messages.trace.another);
    this.root.classList.toggle('busy', busy);
    for (const button of this.root.querySelectorAll<HTMLButtonElement>('.ready .button'))
      button.disabled = busy;
    this.#stop.hidden = !busy;
  }

  /** In place of what was said and shown before. */
  #say(text: string): void {
    this.#answer.replaceChildren();
    this.#status.textContent = text;
  }
}
