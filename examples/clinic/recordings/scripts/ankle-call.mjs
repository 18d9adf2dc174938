/**
 * A fictional call about a twisted ankle. A telephone number is taken out before anyone hears it. What the nurse says is not
 * medical advice.
 */
export const ankleCall = {
  /** Channel order is the order of this object: the caller on the left, the nurse on the right. */
  speakers: {
    Caller: {
      program: 'flite',
      voice: 'slt',
      stretch: 1,
      pitchCents: 120,
      noiseSeed: 4201,
      noiseDbfs: -58,
      noiseTilt: 0.6,
    },
    Nurse: { program: 'flite', voice: 'awb', stretch: 1.06, noiseSeed: 911, noiseDbfs: -63, noiseTilt: 0.2 },
  },
  turns: [
    { chapter: 'Greeting' },
    ['Nurse', 0.8, 'Healthcare hotline, this is Per. I am a nurse. What has happened?'],
    ['Caller', 0.7, 'Hello. I slipped on the stairs an hour ago, and my ankle turned inwards.'],
    ['Nurse', 0.5, 'That must have hurt. Are you sitting down now?'],
    ['Caller', 0.5, 'Yes, I am on the sofa, with my foot on a chair.'],
    { chapter: 'Symptoms' },
    ['Nurse', 0.6, 'Good. Which foot is it, and where does it hurt the most?'],
    ['Caller', 0.8, 'The left one. On the outside, just below the bone. It is swollen, like half an egg.'],
    ['Nurse', 0.6, 'Did you hear a crack when it happened?'],
    ['Caller', 0.7, 'No, nothing like that.'],
    ['Nurse', 0.5, 'Could you walk on it afterwards? At least four steps?'],
    ['Caller', 0.9, 'I limped to the sofa. It hurt, but yes, more than four.'],
    ['Nurse', 0.5, 'Press with a finger along the bone behind the ankle, please. Is it sore there?'],
    ['Caller', 2, 'No. Not on the bone. Only in front of it, where it is swollen.'],
    ['Nurse', 0.4, 'And can you feel your toes, and move them?'],
    ['Caller', 0.8, 'Yes, all of them.'],
    { chapter: 'Advice' },
    ['Nurse', 0.6, 'Then it is most likely a sprain, and you can care for it at home.'],
    ['Nurse', 0.5, 'Keep the foot high, and wind a bandage around it, firmly, but not so that it goes numb.'],
    ['Caller', 0.5, 'How long should I rest it?'],
    ['Nurse', 0.4, 'A day or two. After that, walk a little more each day. It heals better when you use it.'],
    ['Caller', -0.2, 'Okay. And if it does not get better?'],
    [
      'Nurse',
      0.4,
      'If you cannot put weight on it in three days, it needs to be seen. Then we book a time for you.',
    ],
    { chapter: 'Follow-up' },
    ['Nurse', 0.6, 'Which number can we reach you on, if we need to call back?'],
    [
      'Caller',
      0.8,
      'Zero seven zero, one seven four, zero six, three five.',
      { redacted: 'telephone number' },
    ],
    ['Nurse', 1, 'Thank you. Is there anything else you wonder about?'],
    ['Caller', 0.7, 'No, that was all. Thanks for explaining it so well.'],
    ['Nurse', 0.4, 'You are welcome. Take it easy on the stairs.'],
    ['Caller', 0.4, 'I will. Bye.'],
    ['Nurse', 0.3, 'Bye now.'],
  ],
};
