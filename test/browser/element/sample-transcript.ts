import type { Transcript } from '@secure-call/player';

type Line = readonly [from: number, speaker: string, text: string, redacted?: boolean];

const lines: readonly Line[] = [
  [12, 'Nurse', 'Healthcare hotline, this is Karin. How can I help?'],
  [18, 'Caller', 'It’s about my daughter. She’s had a fever since yesterday evening.'],
  [21, 'Caller', 'identity number', true],
  [118, 'Caller', 'It was thirty-nine point six, the fever, when we measured it.'],
  [208, 'Nurse', 'I’d like to ask about how she is right now. Is she awake?'],
  [221, 'Caller', 'Yes, she’s lying next to me. She looks at me, but she doesn’t want to play or anything.'],
  [232, 'Nurse', 'Is she drinking? Has she had a wet nappy in the last six hours?'],
  [
    239,
    'Caller',
    'Some water. Half a glass, maybe, since last night. The fever was thirty-nine point six just now.',
  ],
  [254, 'Nurse', 'Did the fever medicine make any difference?'],
  [260, 'Caller', 'A little, for an hour or so. Then the fever comes back.'],
  [271, 'Nurse', 'I need to look her up. Can you tell me her personal identity number?'],
  [278, 'Caller', 'identity number', true],
  [288, 'Nurse', 'Thank you. Can she bend her chin down to her chest without it hurting?'],
  [298, 'Caller', 'Wait, I’ll try. Yes, she can. She’s a bit cross with me now.'],
  [309, 'Nurse', 'That’s a good sign. Any rash that doesn’t fade when you press on it?'],
  [390, 'Nurse', 'Then I suggest that you keep her at home, and that we call you back.'],
  [521, 'Nurse', 'A doctor calls you within two hours. The fever itself is not dangerous.'],
];

/** What was said in the sample call, with two redacted spans and three chapters. */
export const sampleTranscript: Transcript = {
  cues: lines.map(([from, speaker, text, redacted = false], index) => ({
    from,
    to: redacted ? from + 9 : Math.min(from + 10, lines[index + 1]?.[0] ?? 758),
    speaker,
    pieces: [{ text, redacted }],
  })),
  chapters: [
    { from: 12, title: 'Symptoms' },
    { from: 208, title: 'Assessment' },
    { from: 386, title: 'Advice' },
  ],
};

/** Three hours of talk, a turn every four seconds. */
export const longTranscript: Transcript = {
  cues: Array.from({ length: 2700 }, (_, index) => ({
    from: 4 * index,
    to: 4 * index + 4,
    speaker: index % 2 === 0 ? 'Nurse' : 'Caller',
    pieces: [
      {
        text: `Turn ${index} of a long call, with as many words as people say in four seconds.`,
        redacted: false,
      },
    ],
  })),
  chapters: [],
};
