import type { words as english } from '../en/start.ts';

/** The start card, in Arabic. */
export const words: Readonly<Record<keyof typeof english, string>> = {
  clockSeparator: ':',
  player: 'مشغّل المكالمات',
  callTitle: 'مكالمة مسجّلة',
  startText: 'الصوت مقفل إلى أن تذكر سبب حاجتك إليه.',
  startTextNoReason: 'الصوت مقفل إلى أن تفتح المكالمة.',
  startAction: 'استمع إلى المكالمة',
  startAsked: 'ستُسأل عن السبب.',
  startOnRecord: 'مقيَّد: الأجزاء التي تستمع إليها تُدوَّن باسمك.',
  startRecorded: 'ما تسمعه يُقيَّد في سجل الاطلاع.',
  startRecordedPatient: 'ما تسمعه يُقيَّد في سجل الاطلاع، ويستطيع المريض أن يرى أن المكالمة فُتحت.',
  printing: 'لا يمكن طباعة هذه المكالمة.',
};
