import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const SAMPLE_RATE_HZ = 8000;

/** The words as mono samples in the band of a telephone, 300 to 3400 Hz, at 8 kHz. */
export function speak(speaker, words) {
  const wav = programs[speaker.program](speaker, words);
  // eSpeak NG does not know the length when it writes the header to a pipe. No dither (-D): it is random.
  const source = ['-D', '-t', 'wav', '--ignore-length', '-'];
  const target = ['-t', 'raw', '-e', 'floating-point', '-b', '32', '-L', '-c', '1', '-'];
  const voice = speaker.pitchCents === undefined ? [] : ['pitch', `${speaker.pitchCents}`];
  const telephone = ['rate', '-v', `${SAMPLE_RATE_HZ}`, 'sinc', '300-3400'];
  const bytes = run('sox', [...source, ...target, 'gain', '-6', ...voice, ...telephone], wav);
  return trimSilence(Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4)));
}

/** Each returns a WAV file. */
const programs = {
  'espeak-ng': ({ voice, pitch, wordsPerMinute }, words) =>
    run('espeak-ng', ['--stdout', '-v', voice, '-p', pitch, '-s', wordsPerMinute, words].map(String)),
  // It writes to files only, and reads straight apostrophes only.
  flite: ({ voice, stretch }, words) => {
    const folder = mkdtempSync(join(tmpdir(), 'flite-'));
    const file = join(folder, 'speech.wav');
    const text = words.replaceAll('’', "'");
    run('flite', ['--setf', `duration_stretch=${stretch}`, '-voice', voice, '-t', text, '-o', file]);
    const wav = readFileSync(file);
    rmSync(folder, { recursive: true });
    return wav;
  },
};

function run(program, args, input) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 2 ** 26 });
  if (error) throw new Error(`${program} could not be started. Install it and run again.`, { cause: error });
  if (status !== 0) throw new Error(`${program} failed: ${stderr.toString()}`);
  return stdout;
}

function trimSilence(samples) {
  const isHeard = sample => Math.abs(sample) > 0.003;
  return samples.subarray(samples.findIndex(isHeard), samples.findLastIndex(isHeard) + 1);
}
