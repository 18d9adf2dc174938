import { element } from './dom.ts';
import { READY_COPY } from './drop-zone.ts';
import { icon } from './icons.ts';
import { fill, type Messages } from './messages.ts';
import { saveFile } from './save-file.ts';
import { exactLength } from './time-words.ts';

/** A leaked copy that the page has made: to hear, to drag, to keep, and to have traced. */
export function readyCopy(
  { file, seconds }: { readonly file: File; readonly seconds: number },
  messages: Messages,
  onTrace: () => void,
): HTMLElement {
  const { trace } = messages;
  const length = fill(trace.copyMade, { length: exactLength(seconds, messages) });
  const chip = element(
    'span',
    { class: 'chip', draggable: 'true' },
    icon('file'),
    element('b', {}, file.name),
    element('span', {}, length),
  );
  chip.addEventListener('dragstart', ({ dataTransfer }) => {
    dataTransfer?.setData(READY_COPY, file.name);
    if (dataTransfer) dataTransfer.effectAllowed = 'copy';
  });
  const sound = element('audio', { controls: '', 'aria-label': trace.hearCopy });
  sound.src = URL.createObjectURL(file);
  const find = element('button', { type: 'button', class: 'button filled-button' }, trace.traceCopy);
  find.addEventListener('click', onTrace);
  const save = element('button', { type: 'button', class: 'button' }, trace.saveCopy);
  save.addEventListener('click', () => saveFile(file, file.name));
  return element(
    'div',
    { class: 'ready-copy' },
    chip,
    sound,
    element('p', { class: 'caption' }, trace.copyHint),
    element('div', { class: 'buttons' }, find, save),
  );
}
