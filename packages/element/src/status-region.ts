import { h } from './h.ts';

/** Longer than a flicker between two states, shorter than a person waits for a word. */
const delayMs = 250;

/** The element's one polite live region. Of words that come in quick succession only the last are said. */
export class StatusRegion {
  readonly root: HTMLElement = h('div', { class: 'status', role: 'status' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    if (text === '') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.root.textContent = text;
    }, delayMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
