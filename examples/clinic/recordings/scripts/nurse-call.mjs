/**
 * A fictional call about a child with fever, spoken by eSpeak NG. Tests and benchmarks listen to it. The four digits are the
 * end of 20170102-2384, a number of the kind that the Swedish Tax Agency sets aside for tests.
 */
export const nurseCall = {
  /** Channel order is the order of this object: the caller on the left, the nurse on the right. */
  speakers: {
    Caller: {
      program: 'espeak-ng',
      voice: 'en-us+m3',
      pitch: 42,
      wordsPerMinute: 149,
      noiseSeed: 1117,
      noiseDbfs: -61,
      noiseTilt: 0.55,
    },
    Nurse: {
      program: 'espeak-ng',
      voice: 'en-gb-x-rp+f2',
      pitch: 52,
      wordsPerMinute: 138,
      noiseSeed: 2791,
      noiseDbfs: -63,
      noiseTilt: 0.2,
    },
  },
  turns: [
    ['Nurse', 0.8, 'Healthcare hotline, my name is Karin and I am a nurse. How can I help you?'],
    ['Caller', 0.9, 'Hi. It’s about my daughter. She is two years old, and she woke up very hot.'],
    ['Caller', 0.5, 'I took her temperature just now. Thirty-nine point four.'],
    ['Nurse', 0.6, 'I understand that you are worried. We will go through this together.'],
    ['Nurse', 0.5, 'How is she right now? Is she awake?'],
    ['Caller', 0.6, 'Yes, she is in my arms. She is tired and a bit grumpy, but she looks at me.'],
    ['Nurse', -0.25, 'Good. When did the fever start?'],
    ['Caller', 0.8, 'Yesterday, around dinner time. She has a runny nose and a little cough as well.'],
    ['Nurse', 0.5, 'Is she breathing fast, or working hard to breathe?'],
    ['Caller', 1.5, 'No. I am watching her chest now, and it looks the way it usually does.'],
    ['Nurse', 0.4, 'And has she been drinking?'],
    ['Caller', 0.6, 'Small sips of water. Half a glass since midnight, maybe. She does not want any food.'],
    [
      'Nurse',
      0.5,
      'She can go without food for a day, as long as she drinks. When did she last have a wet nappy?',
    ],
    ['Caller', 0.9, 'About two hours ago, when I gave her paracetamol. I followed the label for her weight.'],
    ['Nurse', 0.6, 'That is right. I would like to write this in her record.'],
    [
      'Nurse',
      0.4,
      'You entered her date of birth when you called. What are the last four digits of her identity number?',
    ],
    ['Caller', 0.8, 'Two, three, eight, four.'],
    ['Nurse', 1.2, 'Thank you, I have found her. Now, can she bend her chin down to her chest?'],
    ['Caller', 1.4, 'Wait, I will try. Look at your tummy, Elsa. Yes, she can.'],
    ['Nurse', 0.4, 'Any rash, or spots that stay when you press a glass against them?'],
    ['Caller', 1.1, 'No, her skin looks normal. It is just very warm.'],
    ['Nurse', 0.6, 'Then this sounds like an ordinary infection, and you can care for her at home tonight.'],
    ['Caller', -0.3, 'Okay. That is a relief.'],
    ['Nurse', 0.4, 'Keep offering small sips. Dress her lightly, and let her rest.'],
    ['Caller', 0.5, 'Should I wake her for more medicine?'],
    [
      'Nurse',
      0.3,
      'No, let her sleep. If she needs more later, follow the label, and never give more than it says.',
    ],
    [
      'Nurse',
      0.6,
      'Call one one two at once if she has trouble breathing, is hard to wake, has a seizure, or gets spots that do not fade.',
    ],
    ['Caller', 1, 'Trouble breathing, hard to wake, a seizure, or spots. Then one one two.'],
    [
      'Nurse',
      -0.2,
      'That’s right. And call us again if she stops drinking, has no wet nappy for eight hours, or seems worse to you.',
    ],
    ['Nurse', 0.5, 'If she still has a fever after four days, she needs to see a doctor.'],
    ['Caller', 0.7, 'I will remember that. Thank you so much. I feel calmer now.'],
    ['Nurse', 0.4, 'You did right to call. I hope you both get some sleep.'],
    ['Caller', 0.4, 'Thanks. Good night.'],
    ['Nurse', 0.3, 'Good night.'],
  ],
};
