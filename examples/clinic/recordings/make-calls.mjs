/**
 * Writes the fictional calls beside itself, each as a recording and a transcript: the texts in `scripts`, one voice per
 * channel. Needs `flite`, `espeak-ng` and `sox` on the path; with names it writes those calls alone. The same versions of
 * the programs give the same bytes, because the noise comes from a fixed seed and nothing depends on the clock.
 */
import { writeFileSync } from 'node:fs';
import { mixChannel } from './mix.mjs';
import { muLawWav } from './mu-law-wav.mjs';
import { ankleCall } from './scripts/ankle-call.mjs';
import { feverCall } from './scripts/fever-call.mjs';
import { nurseCall } from './scripts/nurse-call.mjs';
import { SAMPLE_RATE_HZ, speak } from './speech.mjs';

const LEAD_OUT_SECONDS = 0.9;

const calls = { 'fever-call': feverCall, 'ankle-call': ankleCall, 'nurse-call': nurseCall };

/**
 * A turn is a speaker, the seconds between the end of everything said before and its start (below zero: it starts while the
 * other is still speaking), the words, and what they are where they are taken out. A chapter begins with the turn after it.
 * @returns turns with their samples, start and end in seconds, and chapters with their start
 */
function placeTurns({ speakers, turns }) {
  const placed = { turns: [], chapters: [] };
  let spokenUntil = 0;
  let chapter;
  for (const turn of turns) {
    if (!Array.isArray(turn)) {
      chapter = turn.chapter;
      continue;
    }
    const [speaker, gapSeconds, words, { redacted } = {}] = turn;
    const samples = speak(speakers[speaker], words);
    const startSeconds = Math.max(0, spokenUntil + gapSeconds);
    const endSeconds = startSeconds + samples.length / SAMPLE_RATE_HZ;
    placed.turns.push({ speaker, words, samples, startSeconds, endSeconds, redacted });
    if (chapter !== undefined) placed.chapters.push({ title: chapter, startSeconds });
    chapter = undefined;
    spokenUntil = Math.max(spokenUntil, endSeconds);
  }
  return placed;
}

const timestamp = atSeconds => new Date(Math.round(atSeconds * 1000)).toISOString().slice(11, 23);

const timing = (startSeconds, endSeconds) => `${timestamp(startSeconds)} --> ${timestamp(endSeconds)}`;

/** docs/protocol.md, transcript: `<c.redacted>` holds the kind of what was taken out, a cue named "chapter" its title. */
function webVtt({ turns, chapters }, durationSeconds) {
  const cues = turns.map(({ speaker, words, startSeconds, endSeconds, redacted }) => ({
    startSeconds,
    text: `${timing(startSeconds, endSeconds)}\n<v ${speaker}>${redacted ? `<c.redacted>${redacted}</c>` : words}`,
  }));
  const titles = chapters.map(({ title, startSeconds }, place) => {
    const endSeconds = chapters[place + 1]?.startSeconds ?? durationSeconds;
    return { startSeconds, text: `chapter\n${timing(startSeconds, endSeconds)}\n${title}` };
  });
  const blocks = [...titles, ...cues].sort((a, b) => a.startSeconds - b.startSeconds);
  return `${['WEBVTT', ...blocks.map(({ text }) => text)].join('\n\n')}\n`;
}

function write(name) {
  const call = calls[name];
  const placed = placeTurns(call);
  const durationSeconds = Math.max(...placed.turns.map(turn => turn.endSeconds)) + LEAD_OUT_SECONDS;
  const frameCount = Math.ceil(durationSeconds * SAMPLE_RATE_HZ);
  const channels = Object.entries(call.speakers).map(([name, speaker]) =>
    mixChannel(
      speaker,
      placed.turns.filter(turn => turn.speaker === name),
      frameCount,
    ),
  );
  writeFileSync(new URL(`${name}.wav`, import.meta.url), muLawWav(channels));
  writeFileSync(new URL(`${name}.vtt`, import.meta.url), webVtt(placed, durationSeconds));
}

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(calls)) write(name);
