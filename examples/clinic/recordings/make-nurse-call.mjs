/**
 * Writes nurse-call.wav and nurse-call.vtt beside itself: a fictional call to a healthcare hotline, spoken by
 * eSpeak NG, one voice per channel. Needs `espeak-ng` and `sox` on the path. The same versions of the two give
 * the same bytes, because the noise comes from a fixed seed and nothing depends on the clock.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const SAMPLE_RATE_HZ = 8000;
const SPEECH_LEVEL_DBFS = -20;
const HIGHEST_PEAK = 0.9;
const LEAD_OUT_SECONDS = 0.9;

/** Channel order is the order of this object: the caller on the left, the nurse on the right. */
const SPEAKERS = {
  Caller: {
    voice: 'en-us+m3',
    pitch: 42,
    wordsPerMinute: 149,
    noiseSeed: 1117,
    noiseDbfs: -61,
    noiseTilt: 0.55,
  },
  Nurse: {
    voice: 'en-gb-x-rp+f2',
    pitch: 52,
    wordsPerMinute: 138,
    noiseSeed: 2791,
    noiseDbfs: -63,
    noiseTilt: 0.2,
  },
};

/**
 * Speaker, seconds between the end of everything said before and the start of this turn (below zero: the turn
 * starts while the other is still speaking), and the words. The four digits are the end of 20170102-2384, a
 * number of the kind that the Swedish Tax Agency sets aside for tests.
 */
const TURNS = [
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
];

function run(program, args, input) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 2 ** 26 });
  if (error) throw new Error(`${program} could not be started. Install it and run again.`, { cause: error });
  if (status !== 0) throw new Error(`${program} failed: ${stderr.toString()}`);
  return stdout;
}

/** The words as mono samples in the band of a telephone, 300 to 3400 Hz, at 8 kHz. */
function speak({ voice, pitch, wordsPerMinute }, words) {
  const wav = run(
    'espeak-ng',
    ['--stdout', '-v', voice, '-p', pitch, '-s', wordsPerMinute, words].map(String),
  );
  // eSpeak NG does not know the length when it writes the header to a pipe. No dither (-D): it is random.
  const source = ['-D', '-t', 'wav', '--ignore-length', '-'];
  const target = ['-t', 'raw', '-e', 'floating-point', '-b', '32', '-L', '-c', '1', '-'];
  const bytes = run(
    'sox',
    [...source, ...target, 'gain', '-6', 'rate', '-v', `${SAMPLE_RATE_HZ}`, 'sinc', '300-3400'],
    wav,
  );
  return trimSilence(Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4)));
}

function trimSilence(samples) {
  const isHeard = sample => Math.abs(sample) > 0.003;
  return samples.subarray(samples.findIndex(isHeard), samples.findLastIndex(isHeard) + 1);
}

/** Root mean square of the 20 ms frames that hold speech: those within 30 dB of the loudest. */
function speechLevel(samples) {
  const frameLength = SAMPLE_RATE_HZ / 50;
  const powers = [];
  for (let start = 0; start + frameLength <= samples.length; start += frameLength) {
    const frame = samples.subarray(start, start + frameLength);
    powers.push(frame.reduce((sum, sample) => sum + sample * sample, 0) / frameLength);
  }
  const loudest = powers.reduce((a, b) => Math.max(a, b), 0);
  const spoken = powers.filter(power => power > loudest / 1000);
  return Math.sqrt(spoken.reduce((sum, power) => sum + power, 0) / spoken.length);
}

function fromDecibels(level) {
  return 10 ** (level / 20);
}

/** Each turn with its samples and its start and end in seconds. */
function placeTurns() {
  let spokenUntil = 0;
  return TURNS.map(([speaker, gapSeconds, words]) => {
    const samples = speak(SPEAKERS[speaker], words);
    const startSeconds = Math.max(0, spokenUntil + gapSeconds);
    const endSeconds = startSeconds + samples.length / SAMPLE_RATE_HZ;
    spokenUntil = Math.max(spokenUntil, endSeconds);
    return { speaker, words, samples, startSeconds, endSeconds };
  });
}

/** Uniform numbers in [-1, 1) from a 32-bit linear congruential generator (constants of Numerical Recipes). */
function* randomNumbers(seed) {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 31 - 1;
  }
}

/** Noise of the line, so that silence sounds like an open call. The tilt (0 to 1) takes treble away. */
function lineNoise({ noiseSeed, noiseDbfs, noiseTilt }, frameCount) {
  const random = randomNumbers(noiseSeed);
  // A uniform number has a power of 1/3; the one-pole filter lets (1 - tilt) / (1 + tilt) of it through.
  const gain = fromDecibels(noiseDbfs) * Math.sqrt((3 * (1 + noiseTilt)) / (1 - noiseTilt));
  let previous = 0;
  return Float32Array.from({ length: frameCount }, () => {
    previous = (1 - noiseTilt) * random.next().value + noiseTilt * previous;
    return gain * previous;
  });
}

function mixChannel(speaker, turns, frameCount) {
  const channel = lineNoise(SPEAKERS[speaker], frameCount);
  const own = turns.filter(turn => turn.speaker === speaker);
  const everything = Float32Array.from(own.flatMap(turn => [...turn.samples]));
  const gain = fromDecibels(SPEECH_LEVEL_DBFS) / speechLevel(everything);
  for (const { startSeconds, samples } of own) {
    const offset = Math.round(startSeconds * SAMPLE_RATE_HZ);
    samples.forEach((sample, i) => (channel[offset + i] += limit(gain * sample)));
  }
  return channel;
}

/** Leaves what is below half of the highest peak as it is and bends what is above, so that nothing clips. */
function limit(sample) {
  const knee = HIGHEST_PEAK / 2;
  const excess = Math.abs(sample) - knee;
  return excess <= 0 ? sample : Math.sign(sample) * (knee + knee * Math.tanh(excess / knee));
}

/** ITU-T G.711, mu-law: a sign bit, three bits of exponent, four of mantissa, all inverted. */
function encodeMuLaw(sample) {
  const magnitude = Math.min(32635, Math.round(Math.abs(sample) * 32768)) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~((sample < 0 ? 128 : 0) | (exponent << 4) | mantissa) & 255;
}

function chunk(name, body) {
  const head = Buffer.alloc(8);
  head.write(name, 'ascii');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** A WAV file of format 7 (mu-law), which has an empty extension and a `fact` chunk. */
function muLawWav(channels) {
  const [count, frames] = [channels.length, channels[0].length];
  const format = Buffer.alloc(18);
  [7, count].forEach((value, i) => format.writeUInt16LE(value, i * 2));
  [SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * count].forEach((value, i) => format.writeUInt32LE(value, 4 + i * 4));
  [count, 8, 0].forEach((value, i) => format.writeUInt16LE(value, 12 + i * 2));
  const fact = Buffer.alloc(4);
  fact.writeUInt32LE(frames);
  const data = Buffer.alloc(frames * count);
  channels.forEach((channel, c) =>
    channel.forEach((sample, i) => (data[i * count + c] = encodeMuLaw(sample))),
  );
  return chunk(
    'RIFF',
    Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), chunk('fact', fact), chunk('data', data)]),
  );
}

function timestamp(atSeconds) {
  return new Date(Math.round(atSeconds * 1000)).toISOString().slice(11, 23);
}

function webVtt(turns) {
  const cues = turns.map(
    ({ speaker, words, startSeconds, endSeconds }) =>
      `${timestamp(startSeconds)} --> ${timestamp(endSeconds)}\n<v ${speaker}>${words}`,
  );
  return `${['WEBVTT', ...cues].join('\n\n')}\n`;
}

const turns = placeTurns();
const durationSeconds = Math.max(...turns.map(turn => turn.endSeconds)) + LEAD_OUT_SECONDS;
const frameCount = Math.ceil(durationSeconds * SAMPLE_RATE_HZ);
const channels = Object.keys(SPEAKERS).map(speaker => mixChannel(speaker, turns, frameCount));
writeFileSync(new URL('nurse-call.wav', import.meta.url), muLawWav(channels));
writeFileSync(new URL('nurse-call.vtt', import.meta.url), webVtt(turns));
