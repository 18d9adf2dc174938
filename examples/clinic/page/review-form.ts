import { element } from './dom.ts';
import { fill } from './messages.ts';
import { type QueuedAccess, recordReview, type Review } from './people-api.ts';
import type { ReviewCardOptions } from './review-card.ts';

/** What the reviewer found, and on what grounds. */
export class ReviewForm {
  readonly root: HTMLElement;
  readonly #n: number;
  readonly #options: ReviewCardOptions;
  readonly #note: HTMLTextAreaElement;
  readonly #status = element('p', { class: 'form-status', role: 'alert' });
  readonly #button: HTMLButtonElement;
  #outcome = 'justified';

  constructor({ n }: QueuedAccess, options: ReviewCardOptions) {
    this.#n = n;
    this.#options = options;
    const { officer } = options.messages.people;
    const [noteId, hintId] = [`note-${n}`, `hint-${n}`];
    this.#note = element('textarea', {
      id: noteId,
      rows: '2',
      maxlength: '1024',
      'aria-describedby': hintId,
    });
    this.#button = element('button', { type: 'button', class: 'button' }, officer.record);
    this.#button.addEventListener('click', () => void this.#record());
    this.root = element(
      'div',
      { class: 'form' },
      this.#choices(),
      element('label', { for: noteId }, officer.note),
      element('p', { id: hintId, class: 'caption' }, officer.noteHint),
      this.#note,
      this.#status,
      this.#button,
      element('p', { class: 'caption' }, fill(officer.under, { name: options.reviewer })),
    );
  }

  #choices(): HTMLElement {
    const { officer } = this.#options.messages.people;
    const choices = Object.entries(officer.outcomes).map(([outcome, words]) => {
      const radio = element('input', { type: 'radio', name: `outcome-${this.#n}`, value: outcome });
      radio.checked = outcome === this.#outcome;
      radio.addEventListener('change', () => (this.#outcome = outcome));
      return element('label', { class: 'choice' }, radio, element('span', {}, words));
    });
    return element('fieldset', {}, element('legend', {}, officer.outcome), ...choices);
  }

  async #record(): Promise<void> {
    const { messages, onRecorded } = this.#options;
    const { officer } = messages.people;
    const note = this.#note.value.trim();
    if (note === '' && this.#outcome !== 'justified') {
      this.#status.textContent = officer.noteMissing;
      this.#note.focus();
      return;
    }
    const review: Review = { n: this.#n, outcome: this.#outcome, ...(note === '' ? {} : { note }) };
    this.#button.disabled = true;
    const recorded = await recordReview(review);
    this.#button.disabled = false;
    this.#status.textContent = recorded ? '' : officer.recordFailed;
    if (recorded) onRecorded();
  }
}
