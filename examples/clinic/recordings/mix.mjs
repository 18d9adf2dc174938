import { SAMPLE_RATE_HZ } from './speech.mjs';

const SPEECH_LEVEL_DBFS = -20;
const HIGHEST_PEAK = 0.9;

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

/**
 * One speaker's channel: the noise of the line, and what that speaker says.
 * @param own - the speaker's turns; a redacted one leaves the noise alone
 */
export function mixChannel(speaker, own, frameCount) {
  const channel = lineNoise(speaker, frameCount);
  const everything = Float32Array.from(own.flatMap(turn => [...turn.samples]));
  const gain = fromDecibels(SPEECH_LEVEL_DBFS) / speechLevel(everything);
  for (const { startSeconds, samples, redacted } of own) {
    if (redacted !== undefined) continue;
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
