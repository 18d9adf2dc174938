import type { StoredFolder, StoredObject } from './bucket-listing.ts';
import { element } from './dom.ts';
import { icon } from './icons.ts';
import { fill, type Messages } from './messages.ts';
import { sizeWords } from './size-words.ts';

export interface BucketFilesOptions {
  readonly storage: string;
  readonly messages: Messages;
  readonly onChosen: (object: StoredObject) => void;
}

/** What lies in the storage: a folder for each call, its files to choose from. */
export class BucketFiles {
  readonly root: HTMLElement;
  readonly #buttons = new Map<string, HTMLElement>();
  readonly #options: BucketFilesOptions;

  constructor(folders: readonly StoredFolder[], options: BucketFilesOptions) {
    this.#options = options;
    const { messages, storage } = options;
    const head = element(
      'header',
      {},
      element('h2', { class: 'mono' }, `${new URL(storage).host}/`),
      element('p', { class: 'caption' }, totals(folders, messages)),
    );
    const items = folders.map((folder, place) => this.#folder(folder, place === 0));
    this.root = element(
      'section',
      { class: 'card files', 'aria-label': messages.bucket.files },
      head,
      element('ul', {}, ...items),
    );
  }

  mark(object: StoredObject): void {
    for (const [path, button] of this.#buttons) {
      if (path === object.path) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
    this.#buttons.get(object.path)?.closest('details')?.setAttribute('open', '');
  }

  #folder({ name, objects }: StoredFolder, open: boolean): HTMLElement {
    const within = (object: StoredObject): string => object.path.slice(name.length + 1, -object.name.length);
    const inside = objects.flatMap((object, place) => {
      const before = objects[place - 1];
      const isNew = !before || within(before) !== within(object);
      return [...(isNew ? [folderLine(within(object))] : []), this.#object(object)];
    });
    const details = element(
      'details',
      open ? { open: '' } : {},
      element('summary', {}, icon('folder'), element('span', { class: 'mono' }, `${name}/`)),
      element('ul', {}, ...inside),
    );
    return element('li', {}, details);
  }

  #object(object: StoredObject): HTMLElement {
    const button = element(
      'button',
      { type: 'button', class: 'file' },
      icon('file'),
      element('span', { class: 'mono' }, object.name),
      element('span', { class: 'size' }, sizeWords(object.bytes, this.#options.messages)),
    );
    button.addEventListener('click', () => this.#options.onChosen(object));
    this.#buttons.set(object.path, button);
    return element('li', {}, button);
  }
}

const folderLine = (name: string): HTMLElement =>
  element('li', { class: 'within' }, icon('folder'), element('span', { class: 'mono' }, name));

function totals(folders: readonly StoredFolder[], messages: Messages): string {
  const objects = folders.flatMap(folder => folder.objects);
  const size = objects.reduce((sum, { bytes }) => sum + bytes, 0);
  const places = { calls: folders.length, objects: objects.length, size: sizeWords(size, messages) };
  return fill(messages.bucket.totals, places);
}
