import { defaultPurposes, type Purpose } from './access-policy.ts';
import { fieldNotice } from './form-field.ts';
import { h, setText } from './h.ts';
import { stateIcon } from './state-icons.ts';
import type { Words } from './messages.ts';
import type { Screen, ScreenContext } from './screen.ts';

/** Asks why someone needs to listen. */
export function reasonForm(context: ScreenContext): Screen {
  const { words, commands, policy } = context;
  const purposes = policy.purposes ?? defaultPurposes;
  const radios = purposes.map(purpose =>
    h('input', { type: 'radio', name: 'purpose', value: purpose.code, onchange: () => note.follow() }),
  );
  const chosen = (): Purpose | undefined => purposes.find((_, index) => radios[index]?.checked);
  const note = noteField(context, () => chosen()?.caseNumber === true);
  const group = h(
    'div',
    { role: 'radiogroup', class: 'options', 'aria-label': words.say('purposes') },
    ...purposes.map((purpose, index) => option(words, purpose, radios[index])),
  );
  const missing = fieldNotice('purpose-notice', group);
  const title = h('h2', { id: 'title', tabindex: '-1' }, words.say('reasonTitle'));
  const submit = (event: Event): void => {
    event.preventDefault();
    const purpose = chosen();
    const isMissing = purpose === undefined && context.reason === 'required';
    missing.show(isMissing ? words.say('reasonMissing') : undefined);
    if (isMissing) radios[0]?.focus();
    else if (note.isComplete()) commands.submitReason(purpose && reasonOf(purpose, note.value()));
  };
  const root = h(
    'section',
    { class: 'card form', part: 'card reason-form', 'aria-labelledby': 'title' },
    h(
      'form',
      {
        class: 'column',
        novalidate: true,
        autocomplete: 'off',
        onsubmit: submit,
        onkeydown: cancelOnEscape(context),
      },
      h('div', {}, title, h('p', {}, words.say(policy.noteKept === true ? 'reasonTextNote' : 'reasonText'))),
      h('div', {}, group, missing.root),
      note.root,
      h(
        'div',
        { class: 'row' },
        h(
          'button',
          { type: 'submit', class: 'button primary large grow', part: 'submit-button' },
          words.say('reasonAction'),
        ),
        h(
          'button',
          { class: 'button large', onclick: () => commands.cancelReason() },
          words.say('reasonCancel'),
        ),
      ),
    ),
    policy.emergencyAccess !== false && emergencyOffer(context),
  );
  return { root, focusTarget: title, announcement: '' };
}

/** Escape does what the second button does. */
export function cancelOnEscape({ commands }: ScreenContext): (event: Event) => void {
  return event => {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    commands.cancelReason();
  };
}

function reasonOf(purpose: Purpose, text: string): { purpose: string; text?: string } {
  return text === '' ? { purpose: purpose.code } : { purpose: purpose.code, text };
}

function option(words: Words, purpose: Purpose, radio: HTMLInputElement | undefined): HTMLElement {
  const hint = purpose.hint ?? ownWords(words, `purpose${purpose.code}Hint`);
  const label = purpose.label ?? ownWords(words, `purpose${purpose.code}`) ?? purpose.code;
  return h(
    'label',
    { class: 'option' },
    radio,
    h('span', {}, h('b', {}, label), hint !== undefined && h('small', {}, hint)),
  );
}

function ownWords(words: Words, key: string): string | undefined {
  return words.has(key) ? words.say(key) : undefined;
}

interface NoteField {
  readonly root: HTMLElement;
  value(): string;
  /** Takes the words that fit the chosen purpose. */
  follow(): void;
  /** Whether it can be sent; otherwise says what is missing and takes the focus. */
  isComplete(): boolean;
}

function noteField({ words, policy }: ScreenContext, needsCase: () => boolean): NoteField {
  const isKept = policy.noteKept === true;
  const input = h('input', { id: 'note', type: 'text', maxlength: '200' });
  const [label, hint] = [h('b'), h('span')];
  const notice = fieldNotice('note-notice', input);
  const follow = (): void => {
    setText(label, words.say(needsCase() ? 'caseLabel' : 'noteLabel'));
    const hintKey = needsCase() ? 'caseHint' : 'noteHint';
    setText(hint, words.say(isKept ? `${hintKey}Kept` : hintKey));
    input.required = needsCase();
    notice.show(undefined);
  };
  const isComplete = (): boolean => {
    const lacks = needsCase() && input.value.trim() === '';
    notice.show(lacks ? words.say('caseMissing') : undefined);
    if (lacks) input.focus();
    return !lacks;
  };
  follow();
  const root = h(
    'div',
    { class: 'field' },
    h('label', { for: 'note' }, label, ' ', hint),
    input,
    notice.root,
  );
  return { root, value: () => input.value.trim(), follow, isComplete };
}

function emergencyOffer({ words, commands, policy }: ScreenContext): HTMLElement {
  const isReviewed = policy.emergencyReviewHours !== undefined;
  return h(
    'div',
    { class: 'emergency-offer' },
    h(
      'div',
      { class: 'column' },
      stateIcon('warning'),
      h(
        'div',
        { class: 'grow' },
        h('b', {}, words.say('emergencyQuestion')),
        h('p', {}, words.say(isReviewed ? 'emergencyOfferReviewed' : 'emergencyOffer')),
      ),
      h(
        'button',
        {
          class: 'button stop',
          part: 'emergency-button',
          onclick: () => commands.showEmergency(),
        },
        words.say('emergencyAction'),
      ),
    ),
  );
}
