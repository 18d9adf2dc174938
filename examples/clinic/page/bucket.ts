import { BucketFiles } from './bucket-files.ts';
import { listBucket, readObject, type StoredFolder, type StoredObject } from './bucket-listing.ts';
import { BucketPlayer } from './bucket-player.ts';
import { element } from './dom.ts';
import { icon } from './icons.ts';
import { fill, type Messages } from './messages.ts';
import { type OpenPage, openPage } from './open-page.ts';
import { saveFile } from './save-file.ts';
import { tar } from './tar.ts';

/** The storage as a stranger meets it: what lies there, and what comes of trying to play it. */
class BucketPage {
  readonly root: HTMLElement;
  readonly #storage: string;
  readonly #messages: Messages;
  readonly #status: HTMLElement;
  readonly #again: HTMLButtonElement;
  readonly #desk = element('div', { class: 'bucket' });
  readonly #guide: OpenPage['guide'];
  #player: BucketPlayer | undefined;

  constructor({ messages, list, guide }: OpenPage) {
    this.#messages = messages;
    this.#storage = list.storage;
    this.#guide = guide;
    const { bucket } = messages;
    this.#status = element('p', { class: 'summary', role: 'status' });
    this.#again = element('button', { type: 'button', class: 'button', hidden: '' }, bucket.again);
    this.#again.addEventListener('click', () => void this.#read());
    this.root = element('main', { class: 'text-page' }, this.#head(), this.#status, this.#again, this.#desk);
    void this.#read();
  }

  /** Brings the attempt into view. */
  focus(): void {
    this.#player?.focus();
  }

  #head(): HTMLElement {
    const { bucket } = this.#messages;
    const title = element('h1', { id: 'bucket', tabindex: '-1' }, bucket.title);
    return element(
      'header',
      {},
      element('div', {}, title, element('p', { class: 'lead' }, bucket.lead)),
      element('p', { class: 'tag warn' }, icon('warning'), bucket.open),
    );
  }

  async #read(): Promise<void> {
    const { bucket } = this.#messages;
    this.#status.textContent = bucket.reading;
    this.#again.hidden = true;
    const folders = await listBucket(this.#storage).catch(() => undefined);
    this.#again.hidden = folders !== undefined;
    this.#status.textContent = folders ? (folders.length === 0 ? bucket.empty : '') : bucket.failed;
    if (folders && folders.length > 0) this.#show(folders);
  }

  #show(folders: readonly StoredFolder[]): void {
    const [storage, messages] = [this.#storage, this.#messages];
    const sounds = folders.flatMap(({ objects }) => objects.filter(isLargest));
    let chosen: StoredObject | undefined;
    const choose = (object: StoredObject | undefined): void => {
      if (!object) return;
      chosen = object;
      files.mark(object);
      player.choose(object);
    };
    const tryAnother = (): void => {
      choose(sounds[(sounds.findIndex(object => object === chosen) + 1) % sounds.length]);
      player.focus();
      void player.try();
    };
    const onTried = (): void => this.#guide.markDone('bucket');
    const player = new BucketPlayer({ storage, messages, onTried, tryAnother });
    const files = new BucketFiles(folders, { storage, messages, onChosen: choose });
    this.#player = player;
    const left = element('div', { class: 'side' }, files.root, this.#download(folders));
    this.#desk.replaceChildren(left, element('div', { class: 'side' }, player.root, knowledge(messages)));
    choose(sounds[0] ?? folders[0]?.objects[0]);
  }

  /** All of it in one archive, and the storage's own list. */
  #download(folders: readonly StoredFolder[]): HTMLElement {
    const { bucket } = this.#messages;
    const status = element('p', { class: 'caption', role: 'status' });
    const button = element('button', { type: 'button', class: 'button' }, bucket.saveAll);
    button.addEventListener('click', () => void this.#saveAll(folders, status));
    const newTab = element('span', { class: 'visually-hidden' }, ` (${bucket.newTab})`);
    const attributes = { class: 'button', href: `${this.#storage}/`, target: '_blank', rel: 'noreferrer' };
    const raw = element('a', attributes, bucket.raw, newTab);
    return element('div', { class: 'downloads' }, element('div', { class: 'buttons' }, button, raw), status);
  }

  async #saveAll(folders: readonly StoredFolder[], status: HTMLElement): Promise<void> {
    const { bucket } = this.#messages;
    const objects = folders.flatMap(folder => folder.objects);
    try {
      const files = [];
      for (const object of objects) {
        status.textContent = fill(bucket.saving, { count: files.length + 1, all: objects.length });
        files.push({ path: object.path, bytes: await readObject(this.#storage, object) });
      }
      saveFile(tar(files), bucket.archive);
      status.textContent = fill(bucket.saved, { file: bucket.archive });
    } catch {
      status.textContent = bucket.failed;
    }
  }
}

/** In each folder the sound is what is largest. A stranger sees that too. */
const isLargest = ({ bytes }: StoredObject, _place: number, all: readonly StoredObject[]): boolean =>
  all.every(other => other.bytes <= bytes);

/** What a stranger learns from it, and what not. */
function knowledge({ bucket }: Messages): HTMLElement {
  const list = (title: string, lines: readonly string[]): HTMLElement =>
    element(
      'div',
      {},
      element('h2', {}, title),
      element('ul', {}, ...lines.map(line => element('li', {}, line))),
    );
  return element(
    'section',
    { class: 'card knowledge', 'aria-label': bucket.tells },
    list(bucket.tells, bucket.tellsList),
    list(bucket.hides, bucket.hidesList),
  );
}

void openPage(
  {
    path: '/bucket',
    title: ({ bucket }) => bucket.name,
    skipTo: 'bucket',
    skip: ({ bucket }) => bucket.title,
    who: ({ bucket }) => bucket.nobody,
  },
  page => {
    const bucket = new BucketPage(page);
    return { content: [bucket.root], places: { bucket: () => bucket.focus() } };
  },
);
