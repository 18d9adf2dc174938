import { describe, expect, test } from 'vitest';
import { readTranscript } from '../../../packages/player/src/transcript.ts';

const webvtt = `WEBVTT

NOTE a note is not said

chapter
00:00:00.000 --> 00:01:00.000
Symptoms &amp; <i>more</i>

1
00:01.500 --> 00:04.000 align:start
<v Nurse>How can I <b>help</b>
you &lt;today&gt;?

01:02:03.250 --> 01:02:09.000
<v.loud Caller>My number is <c.redacted>identity number</c>, as I said.

00:05.000 --> 00:06.000
Nobody is named.
`;

describe('the transcript', () => {
  const { cues, chapters } = readTranscript(webvtt);

  test('tells when, who and what', () => {
    expect(cues[0]).toEqual({
      from: 1.5,
      to: 4,
      speaker: 'Nurse',
      pieces: [{ text: 'How can I help you <today>?', redacted: false }],
    });
    expect(cues[2]).toMatchObject({ speaker: '', pieces: [{ text: 'Nobody is named.' }] });
  });

  test('tells redacted spans from words', () => {
    expect(cues[1]).toEqual({
      from: 3723.25,
      to: 3729,
      speaker: 'Caller',
      pieces: [
        { text: 'My number is', redacted: false },
        { text: 'identity number', redacted: true },
        { text: ', as I said.', redacted: false },
      ],
    });
  });

  test('has chapters of their own', () => {
    expect(chapters).toEqual([{ from: 0, title: 'Symptoms & more' }]);
    expect(cues).toHaveLength(3);
  });
});
