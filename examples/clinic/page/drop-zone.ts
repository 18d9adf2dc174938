import { element } from './dom.ts';
import { icon } from './icons.ts';

/** What the page's own ready-made copy is called while it is dragged. */
export const READY_COPY = 'application/x-ready-copy';

export interface DropZone {
  readonly root: HTMLElement;
  /** What it asks for. */
  ask(text: string): void;
  disable(disabled: boolean): void;
}

/**
 * A place to choose a file or to drop one: the browser's own file input, stretched invisibly over the whole of it, does both,
 * and is what keyboards and screen readers meet.
 * @param onReadyCopy - the copy that the page has made was dropped
 */
export function dropZone(hint: string, onFile: (file: File) => void, onReadyCopy: () => void): DropZone {
  const words = element('b', { id: 'drop-words' });
  const input = element('input', {
    type: 'file',
    accept: 'audio/*,.wav,.mp3,.m4a,.ogg,.opus',
    'aria-labelledby': 'drop-words',
    'aria-describedby': 'drop-hint',
  });
  const root = element(
    'div',
    { class: 'drop' },
    icon('upload'),
    element('span', {}, words, element('span', { id: 'drop-hint' }, hint)),
    input,
  );
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    // The same file may be chosen again.
    input.value = '';
    if (file) onFile(file);
  });
  input.addEventListener('drop', event => {
    if (input.disabled || !event.dataTransfer?.types.includes(READY_COPY)) return;
    event.preventDefault();
    onReadyCopy();
  });
  // A file input takes files alone; what is no file has to be welcomed.
  input.addEventListener('dragover', event => {
    if (event.dataTransfer?.types.includes(READY_COPY)) event.preventDefault();
  });
  const markDropping = (dropping: boolean) => (): void =>
    void root.classList.toggle('dropping', dropping && !input.disabled);
  input.addEventListener('dragenter', markDropping(true));
  for (const end of ['dragleave', 'drop']) input.addEventListener(end, markDropping(false));
  keepPage();
  return {
    root,
    ask: text => {
      words.textContent = text;
    },
    disable: disabled => {
      input.disabled = disabled;
    },
  };
}

/** A file dropped beside the place would otherwise replace the page, and with it the open call. */
function keepPage(): void {
  for (const type of ['dragover', 'drop']) {
    addEventListener(type, event => {
      const { target } = event;
      if (!(target instanceof HTMLInputElement) || target.disabled) event.preventDefault();
    });
  }
}
