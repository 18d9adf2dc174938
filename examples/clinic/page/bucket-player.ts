import { ANSWER_SECONDS, type Attempt } from './attempt.ts';
import { attemptAll } from './bucket-attempts.ts';
import { readObject, type StoredObject } from './bucket-listing.ts';
import { HEARD_SECONDS, playBytes, unforeseenBits } from './byte-noise.ts';
import { bytePicture, hexRows } from './byte-picture.ts';
import { element } from './dom.ts';
import { fill, type Messages } from './messages.ts';
import { saveFile } from './save-file.ts';
import { tag } from './tag.ts';

/** From here on noise is even. */
const EVEN_BITS = 7.99;

export interface BucketPlayerOptions {
  readonly storage: string;
  readonly messages: Messages;
  /** A file was tried. */
  readonly onTried: (played: boolean) => void;
  readonly tryAnother: () => void;
}

/** Tries to play what lies in the storage, and tells what came of it. */
export class BucketPlayer {
  readonly root: HTMLElement;
  readonly #options: BucketPlayerOptions;
  readonly #title = element('h2', { id: 'try', tabindex: '-1' });
  readonly #verdict = element('span', {});
  readonly #status = element('p', { class: 'headline', role: 'status' });
  readonly #answer = element('div', { class: 'answer' });
  readonly #buttons = element('div', { class: 'buttons' });
  #object: StoredObject | undefined;

  constructor(options: BucketPlayerOptions) {
    this.#options = options;
    this.root = element(
      'section',
      { class: 'card attempt', 'aria-labelledby': 'try' },
      element('header', {}, this.#title, this.#verdict),
      this.#status,
      this.#answer,
      this.#buttons,
    );
  }

  /** A file was chosen, and nothing is known of it. */
  choose(object: StoredObject): void {
    const { bucket } = this.#options.messages;
    this.#object = object;
    this.#title.textContent = fill(bucket.playFile, { file: object.name });
    this.#verdict.replaceChildren();
    this.#answer.replaceChildren();
    this.#status.textContent = bucket.chooseFirst;
    this.#buttons.replaceChildren(this.#button(bucket.play, true, () => void this.try()));
  }

  /** Reads the chosen file and tries all ways of playing it. */
  async try(): Promise<void> {
    const object = this.#object;
    if (!object) return;
    const { storage, messages } = this.#options;
    const { bucket } = messages;
    this.#status.textContent = bucket.trying;
    try {
      const content = await readObject(storage, object);
      const attempts = await attemptAll(content, `${storage}/${object.path}`);
      if (object === this.#object) this.#show(object, content, attempts);
    } catch {
      if (object === this.#object) this.#status.textContent = bucket.gone;
    }
  }

  focus(): void {
    this.#title.focus();
    this.root.scrollIntoView({ block: 'nearest' });
  }

  #show(object: StoredObject, content: ArrayBuffer, attempts: readonly Attempt[]): void {
    const { messages, onTried, tryAnother } = this.#options;
    const { bucket } = messages;
    const bytes = new Uint8Array(content);
    const played = attempts.some(attempt => attempt.played);
    this.#verdict.replaceChildren(played ? tag('warning', bucket.works) : tag('failed', bucket.refused));
    this.#status.textContent = played ? bucket.hasSound : bucket.noSound;
    this.#answer.replaceChildren(
      bytePicture(bytes),
      element('p', {}, noiseWords(bytes, messages)),
      element('ul', { class: 'ways' }, ...attempts.map(attempt => wayLine(attempt, messages))),
      // The hexadecimal rows scroll sideways where they do not fit, so the keyboard reaches them.
      element(
        'pre',
        { class: 'mono', tabindex: '0', role: 'group', 'aria-label': bucket.bytes },
        hexRows(bytes),
      ),
    );
    const save = (): void => saveFile(new Blob([content]), object.name);
    this.#buttons.replaceChildren(
      this.#button(bucket.another, true, tryAnother),
      this.#button(bucket.hear, false, () => void this.#hear(bytes)),
      this.#button(fill(bucket.save, { file: object.name }), false, save),
    );
    onTried(played);
  }

  async #hear(bytes: Uint8Array): Promise<void> {
    const before = this.#status.textContent;
    this.#status.textContent = fill(this.#options.messages.bucket.hearing, { seconds: HEARD_SECONDS });
    await playBytes(bytes);
    this.#status.textContent = before;
  }

  #button(words: string, first: boolean, act: () => void): HTMLButtonElement {
    const look = first ? 'button filled-button' : 'button';
    const button = element('button', { type: 'button', class: look }, words);
    button.addEventListener('click', act);
    return button;
  }
}

function noiseWords(bytes: Uint8Array, { bucket, language }: Messages): string {
  const bits = unforeseenBits(bytes);
  if (bits === undefined) return bucket.tooShort;
  const shown = (Math.floor(bits * 1000) / 1000).toLocaleString(language, { minimumFractionDigits: 3 });
  return fill(bits >= EVEN_BITS ? bucket.noise : bucket.notNoise, { bits: shown });
}

/** One way of playing: whether it went, and what was said in the browser's own words. */
function wayLine({ way, played, said }: Attempt, { bucket }: Messages): HTMLElement {
  const words = said === '' ? fill(bucket.noAnswer, { seconds: ANSWER_SECONDS }) : said;
  const result = played ? element('span', {}, bucket.works) : element('code', { lang: 'en' }, words);
  return element('li', {}, element('b', {}, bucket.ways[way] ?? way), result);
}
