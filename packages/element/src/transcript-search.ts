import { h, setText } from './h.ts';
import { icon } from './icons.ts';
import type { ScreenContext } from './screen.ts';

/** Fewer letters would mark half of the text. */
const minLetters = 2;

/** Finds words in the transcript and marks them where they stand. */
export class TranscriptSearch {
  readonly input: HTMLInputElement;
  readonly root: HTMLElement;
  readonly #context: ScreenContext;
  readonly #showHit: (hit: HTMLElement) => void;
  readonly #count = h('span', { class: 'hit-count' });
  readonly #buttons: readonly HTMLElement[];
  #texts: readonly HTMLElement[] = [];
  #hits: readonly HTMLElement[] = [];
  #current = -1;
  #isOnRecord = false;

  /** @param showHit - brings it into sight */
  constructor(context: ScreenContext, showHit: (hit: HTMLElement) => void) {
    const { words } = context;
    this.#context = context;
    this.#showHit = showHit;
    this.input = h('input', {
      type: 'search',
      'aria-label': words.say('search'),
      placeholder: words.say('search'),
      autocomplete: 'off',
      spellcheck: 'false',
      translate: 'no',
      oninput: () => this.#find(),
      onkeydown: event => this.#typed(event as KeyboardEvent),
    });
    const button = (name: 'previousHit' | 'nextHit', steps: number): HTMLElement =>
      h(
        'button',
        {
          class: 'icon-button small',
          'aria-label': words.say(name),
          onclick: () => this.move(steps),
        },
        icon(steps > 0 ? 'down' : 'up', 16),
      );
    this.#buttons = [button('previousHit', -1), button('nextHit', 1)];
    this.root = h(
      'div',
      { class: 'search', role: 'search' },
      icon('search', 16),
      this.input,
      this.#count,
      ...this.#buttons,
    );
  }

  get count(): number {
    return this.#hits.length;
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  /** From now on it looks in these. */
  look(texts: readonly HTMLElement[]): void {
    this.#texts = texts;
    this.#hits = [];
    this.#find();
  }

  /** To the next hit, or with -1 to the one before; round the ends. */
  move(steps: number): void {
    const { length } = this.#hits;
    if (length === 0) return;
    this.#hits[this.#current]?.classList.remove('now');
    this.#current = (this.#current + steps + length) % length;
    const hit = this.#hits[this.#current];
    hit?.classList.add('now');
    if (hit !== undefined) this.#showHit(hit);
    this.#tell();
  }

  #typed(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    this.move(event.shiftKey ? -1 : 1);
  }

  #find(): void {
    for (const hit of this.#hits) {
      const { parentNode } = hit;
      hit.replaceWith(hit.textContent);
      parentNode?.normalize();
    }
    const wanted = this.input.value.trim().toLocaleLowerCase();
    const isLooking = wanted.length >= minLetters;
    this.#hits = isLooking ? this.#texts.flatMap(text => markIn(text, wanted)) : [];
    this.#current = -1;
    if (isLooking && !this.#isOnRecord) this.#context.commands.readTranscript('searched');
    this.#isOnRecord = isLooking;
    if (this.#hits.length > 0) this.move(1);
    else this.#tell();
  }

  #tell(): void {
    const { words, commands } = this.#context;
    const places = { count: this.#current + 1, total: this.#hits.length };
    const text = places.total > 0 ? words.say('hits', places) : this.#isOnRecord ? words.say('noHits') : '';
    setText(this.#count, text);
    for (const button of this.#buttons) button.hidden = places.total === 0;
    commands.say(text);
  }
}

/** Wraps every occurrence, piece by piece of the text. */
function markIn(text: HTMLElement, wanted: string): readonly HTMLElement[] {
  if (!text.textContent.toLocaleLowerCase().includes(wanted)) return [];
  return [...text.querySelectorAll('span:not(.redaction)')].flatMap(piece => {
    const whole = piece.textContent;
    const lower = whole.toLocaleLowerCase();
    const hits: HTMLElement[] = [];
    const parts: (string | Node)[] = [];
    let from = 0;
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
      const hit = h('mark', {}, whole.slice(at, at + wanted.length));
      hits.push(hit);
      parts.push(whole.slice(from, at), hit);
      from = at + wanted.length;
    }
    if (hits.length > 0) piece.replaceChildren(...parts, whole.slice(from));
    return hits;
  });
}
