import { h } from './h.ts';
import { icon } from './icons.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { sealedLine } from './sealed-line.ts';

/** The first screen. It says of the call only what the host put in the slots. */
export function startCard(context: ScreenContext): Screen {
  const { words, commands } = context;
  const preload = (): void => commands.preload();
  const button = h(
    'button',
    {
      class: 'button primary large wide',
      part: 'start-button',
      onclick: () => commands.start(),
      onpointerenter: preload,
      onpointerdown: preload,
      onfocus: preload,
    },
    icon('play'),
    words.say('startAction'),
  );
  const root = h(
    'section',
    { class: 'card form start', part: 'card', 'aria-labelledby': 'title' },
    h(
      'div',
      { class: 'column' },
      h(
        'div',
        { class: 'intro' },
        h('span', { class: 'badge' }, icon('lock')),
        h(
          'div',
          {},
          h('h2', { id: 'title', part: 'title' }, h('slot', { name: 'title' }, words.say('callTitle'))),
          h('p', {}, words.say(context.reason === 'none' ? 'startTextNoReason' : 'startText')),
        ),
      ),
      h('slot', { name: 'details' }),
      sealedLine(h('span', { class: 'seal' }, icon('lock', 18))),
      button,
      h('p', { class: 'note' }, icon('record', 18), h('span', {}, whatFollows(context))),
    ),
  );
  return { root, focusTarget: button, announcement: '' };
}

function whatFollows({ words, policy, reason }: ScreenContext): string {
  const recorded = words.say(policy.patientSees === true ? 'startRecordedPatient' : 'startRecorded');
  const onRecord = `${recorded} ${words.say('startOnRecord')}`;
  return reason === 'none' ? onRecord : `${words.say('startAsked')} ${onRecord}`;
}
