import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { type DropZone, dropZone } from './drop-zone.ts';
import { icon } from './icons.ts';
import { fill, type Messages } from './messages.ts';
import { traceLeak } from './trace-api.ts';
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
  readonly #status = element('p', { class: 'headline', role: 'status' });
  readonly #stop: HTMLButtonElement;
  readonly #answer = element('div', { class: 'answer' });
  #tracing: AbortController | undefined;

  constructor(calls: readonly ListedCall[], messages: Messages) {
    this.#calls = calls;
    this.#messages = messages;
    const { trace } = messages;
    this.#zone = dropZone(fill(trace.formats, { megabytes: MOST_MEGABYTES }), file => void this.#trace(file));
    this.#zone.ask(trace.choose);
    this.#stop = element('button', { type: 'button', class: 'button' }, trace.stop);
    this.#stop.addEventListener('click', () => this.#tracing?.abort());
    this.#stop.hidden = true;
    this.root = element(
      'section',
      { class: 'trace', id: 'trace', tabindex: '-1', 'aria-labelledby': 'trace-heading' },
      element('h2', { id: 'trace-heading' }, trace.heading),
      element('p', {}, trace.intro),
      this.#zone.root,
      this.#status,
      this.#stop,
      this.#answer,
    );
  }

  async #trace(file: File): Promise<void> {
    this.#answer.replaceChildren();
    const { trace } = this.#messages;
    if (file.size > MOST_MEGABYTES * BYTES_A_MEGABYTE) return this.#say(this.#tooLarge(file));
    this.#work(fill(trace.listening, { file: file.name }));
    const { signal } = (this.#tracing = new AbortController());
    try {
      const found = await traceLeak(file, signal);
      if (typeof found === 'string') this.#say(fill(trace[found], { file: file.name }));
      else this.#show(traceWords(found, { file: file.name, calls: this.#calls, messages: this.#messages }));
    } catch {
      this.#say(signal.aborted ? trace.stopped : trace.failed);
    } finally {
      this.#rest();
    }
  }

  #tooLarge({ name, size }: File): string {
    return fill(this.#messages.trace.tooLarge, {
      file: name,
      size: Math.ceil(size / BYTES_A_MEGABYTE),
      megabytes: MOST_MEGABYTES,
    });
  }

  /** The zone has had the focus; what can be done now gets it. */
  #work(text: string): void {
    this.#say(text);
    this.#stop.hidden = false;
    this.#stop.focus();
    this.#zone.disable(true);
  }

  #rest(): void {
    const hadFocus = this.#stop === document.activeElement;
    this.#zone.ask(this.#messages.trace.another);
    this.#zone.disable(false);
    this.#stop.hidden = true;
    if (hadFocus) this.#zone.focus();
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }

  #show({ headline, facts, meaning }: TraceWords): void {
    this.#say(headline);
    const entries = facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
    this.#answer.replaceChildren(
      element('dl', {}, ...entries),
      element('p', { class: 'meaning' }, icon('warning'), element('span', {}, meaning)),
    );
  }
}
