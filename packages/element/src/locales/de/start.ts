import type { words as english } from '../en/start.ts';

/** The start card, in German. */
export const words: Readonly<Record<keyof typeof english, string>> = {
  clockSeparator: ':',
  player: 'Anrufspieler',
  callTitle: 'Aufgezeichneter Anruf',
  startText: 'Der Ton ist gesperrt, bis Sie angeben, warum Sie ihn brauchen.',
  startTextNoReason: 'Der Ton ist gesperrt, bis Sie den Anruf öffnen.',
  startAction: 'Anruf anhören',
  startAsked: 'Sie werden nach einem Grund gefragt.',
  startOnRecord: 'Protokolliert: Welche Teile Sie anhören, wird unter Ihrem Namen festgehalten.',
  startRecorded: 'Was Sie hören, wird protokolliert.',
  startRecordedPatient:
    'Was Sie hören, wird protokolliert, und die Patientin oder der Patient sieht, dass der Anruf geöffnet wurde.',
  printing: 'Dieser Anruf kann nicht gedruckt werden.',
};
