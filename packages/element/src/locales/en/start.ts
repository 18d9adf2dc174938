/** The start card, in English. */
export const words = {
  clockSeparator: ':',
  player: 'Call player',
  callTitle: 'Recorded call',
  startText: 'The sound is locked until you say why you need it.',
  startTextNoReason: 'The sound is locked until you open the call.',
  startAction: 'Listen to the call',
  startAsked: 'You will be asked for a reason.',
  startOnRecord: 'On record: which parts you listen to is written down in your name.',
  startRecorded: 'What you hear is recorded.',
  startRecordedPatient: 'What you hear is recorded, and the patient can see that the call was opened.',
  printing: 'This call can’t be printed.',
} as const;
