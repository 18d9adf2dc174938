import { emergencyPurpose, emergencyTextLength, type AccessPolicy } from './access-policy.ts';
import { fieldNotice } from './form-field.ts';
import { h } from './h.ts';
import { stateIcon } from './state-icons.ts';
import type { Words } from './messages.ts';
import { cancelOnEscape } from './reason-form.ts';
import type { Screen, ScreenContext } from './screen.ts';

/** Emergency access (break-glass): says what follows, asks what the emergency is and to own the access. */
export function emergencyForm(context: ScreenContext): Screen {
  const { words, commands, policy } = context;
  const count = emergencyTextLength;
  const text = h('textarea', { id: 'emergency', rows: '3', maxlength: '500' });
  const owned = h('input', { id: 'owned', type: 'checkbox' });
  const [tooShort, unowned] = [fieldNotice('text-notice', text), fieldNotice('owned-notice', owned)];
  const title = h('h2', { id: 'title', tabindex: '-1' }, words.say('emergencyTitle'));
  const submit = (event: Event): void => {
    event.preventDefault();
    const written = text.value.trim();
    const [isShort, isUnowned] = [written.length < count, !owned.checked];
    tooShort.show(isShort ? words.say('emergencyShort', { count }) : undefined);
    unowned.show(isUnowned ? words.say('emergencyUnconfirmed') : undefined);
    if (isShort) text.focus();
    else if (isUnowned) owned.focus();
    else commands.submitReason({ purpose: emergencyPurpose, text: written, breakGlass: true });
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
      h('div', {}, title, h('p', {}, words.say('emergencyText'))),
      whatHappens(words, policy),
      h(
        'div',
        { class: 'field' },
        h(
          'label',
          { for: 'emergency' },
          h('b', {}, words.say('emergencyLabel')),
          ' ',
          h('span', {}, words.say('emergencyHint', { count })),
        ),
        text,
        tooShort.root,
      ),
      h(
        'div',
        {},
        h('label', { class: 'check' }, owned, h('span', {}, words.say('emergencyConfirm'))),
        unowned.root,
      ),
      h(
        'div',
        { class: 'row' },
        h(
          'button',
          { type: 'submit', class: 'button stop-filled large grow', part: 'submit-button' },
          words.say('emergencySubmit'),
        ),
        h(
          'button',
          { class: 'button large', onclick: () => commands.cancelReason() },
          words.say('emergencyBack'),
        ),
      ),
    ),
  );
  return { root, focusTarget: title, announcement: '' };
}

/** What the policy promises; nothing where it promises nothing. */
function whatHappens(words: Words, policy: AccessPolicy): HTMLElement | false {
  const { emergencyReviewHours: hours, emergencyMinutes: minutes } = policy;
  const facts = [
    policy.emergencyTold === true && words.say('emergencyTold'),
    hours !== undefined && words.say('emergencyReviewedWithin', { hours }),
    policy.patientSees === true && words.say('emergencyPatient'),
    minutes !== undefined && words.say('emergencyEnds', { minutes }),
  ].filter(fact => fact !== false);
  if (facts.length === 0) return false;
  return h(
    'div',
    { class: 'consequences' },
    h('p', { class: 'consequences-title' }, stateIcon('warning'), words.say('emergencyHeading')),
    h('ul', {}, ...facts.map(fact => h('li', {}, fact))),
  );
}
