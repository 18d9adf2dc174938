import type { words as english } from '../en/start.ts';

/** The start card, in Swedish. */
export const words: Readonly<Record<keyof typeof english, string>> = {
  clockSeparator: '.',
  player: 'Samtalsspelare',
  callTitle: 'Inspelat samtal',
  startText: 'Ljudet är låst tills du har angett varför du behöver det.',
  startTextNoReason: 'Ljudet är låst tills du öppnar samtalet.',
  startAction: 'Lyssna på samtalet',
  startAsked: 'Du får ange ett skäl.',
  startOnRecord: 'Registreras: vilka delar du lyssnar på antecknas i ditt namn.',
  startRecorded: 'Det du lyssnar på registreras.',
  startRecordedPatient: 'Det du lyssnar på registreras, och patienten kan se att samtalet har öppnats.',
  printing: 'Samtalet kan inte skrivas ut.',
};
