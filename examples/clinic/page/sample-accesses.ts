import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import type { Messages } from './messages.ts';
import { makeSampleAccesses } from './people-api.ts';

/** Has made-up colleagues listen, so that there is something to see. */
export class SampleAccesses {
  readonly root: HTMLElement;
  readonly #messages: Messages;
  readonly #button: HTMLButtonElement;
  readonly #status = element('p', { class: 'caption', role: 'status' });
  readonly #made: () => Promise<void>;
  #call: ListedCall | undefined;

  /**
   * @param words - of the button
   * @param made - they have listened
   */
  constructor(messages: Messages, words: string, made: () => Promise<void>) {
    const { people } = messages;
    this.#messages = messages;
    this.#made = made;
    this.#button = element('button', { type: 'button', class: 'button' }, words);
    this.#button.addEventListener('click', () => void this.#make());
    const caption = element('p', { class: 'caption' }, people.sampleCaption);
    this.root = element('div', { class: 'sample' }, this.#button, caption, this.#status);
  }

  of(call: ListedCall): void {
    this.#call = call;
    this.#status.textContent = '';
  }

  async #make(): Promise<void> {
    const call = this.#call;
    if (!call || this.#button.getAttribute('aria-disabled') === 'true') return;
    const { people } = this.#messages;
    // Not disabled, which would take the keyboard's place away.
    this.#button.setAttribute('aria-disabled', 'true');
    this.#status.textContent = people.sampleMaking;
    const made = await makeSampleAccesses(call.call);
    if (made) await this.#made();
    this.#status.textContent = made ? '' : people.sampleFailed;
    this.#button.removeAttribute('aria-disabled');
  }
}
