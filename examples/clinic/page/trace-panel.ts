import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { type DropZone, dropZone } from './drop-zone.ts';
import { icon } from './icons.ts';
import { fill, type Messages } from './messages.ts';
import { phoneCopy } from './phone-copy.ts';
import { fetchSampleLeak, traceLeak } from './trace-api.ts';
import { type TraceWords, traceWords } from './trace-words.ts';

const BYTES_A_MEGABYTE = 1024 * 1024;
/** What the application's backend takes. */
const MOST_MEGABYTES = 50;

/** Drop a leaked file in, see whose keys opened it. */
export class TracePanel {
  readonly root: HTMLElement;
  readonly #calls: readonly ListedCall[];
  readonly #messages: Messages;
  readonly #zone: DropZone;
  readonly #sample: HTMLElement;
  readonly #status = element('p', { class: 'headline', role: 'status' });
  readonly #stop: HTMLButtonElement;
  readonly #answer = element('div', { class: 'answer' });
  #working = new AbortController();

  constructor(calls: readonly ListedCall[], messages: Messages) {
    this.#calls = calls;
    this.#messages = messages;
    const { trace } = messages;
    this.#zone = dropZone(fill(trace.formats, { megabytes: MOST_MEGABYTES }), file => this.#take(file));
    this.#zone.ask(trace.choose);
    this.#sample = this.#sampleButton();
    this.#stop = element('button', { type: 'button', class: 'button' }, trace.stop);
    this.#stop.addEventListener('click', () => this.#working.abort());
    this.#stop.hidden = true;
    this.root = element(
      'section',
      { class: 'trace', id: 'trace', tabindex: '-1', 'aria-labelledby': 'trace-heading' },
      element('h2', { id: 'trace-heading' }, trace.heading),
      element('p', {}, trace.intro),
      this.#zone.root,
      this.#sample,
      this.#status,
      this.#stop,
      this.#answer,
    );
  }

  #sampleButton(): HTMLElement {
    const { sample, sampleCaption, sampleMaking, sampleFile } = this.#messages.trace;
    const button = element('button', { type: 'button', class: 'button' }, sample);
    button.addEventListener('click', () => {
      void this.#work(sampleMaking, async signal =>
        this.#trace(await phoneCopy(await fetchSampleLeak(signal), sampleFile), signal),
      );
    });
    return element('div', { class: 'sample' }, button, element('p', { class: 'caption' }, sampleCaption));
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
    const { trace } = this.#messages;
    this.#say(fill(trace.listening, { file: file.name }));
    const found = await traceLeak(file, signal);
    if (typeof found === 'string') this.#say(fill(trace[found], { file: file.name }));
    else this.#show(traceWords(found, { file: file.name, calls: this.#calls, messages: this.#messages }));
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
    this.#sample.hidden = busy;
    this.#stop.hidden = !busy;
  }

  /** In place of what was said and shown before. */
  #say(text: string): void {
    this.#answer.replaceChildren();
    this.#status.textContent = text;
  }

  #show({ headline, facts, meaning }: TraceWords): void {
    this.#say(headline);
    const entries = facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
    this.#answer.append(
      element('dl', {}, ...entries),
      element('p', { class: 'meaning' }, icon('warning'), element('span', {}, meaning)),
    );
  }
}
