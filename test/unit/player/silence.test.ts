import { describe, expect, test } from 'vitest';
import { endOfSilence } from '../../../packages/player/src/silence.ts';

/** Twenty peaks a second; one digit for each second. */
function peaks(...seconds: readonly string[]): Parameters<typeof endOfSilence>[0] {
  const channels = seconds.map(levels =>
    Uint8Array.from(levels.split('').flatMap(level => Array.from({ length: 20 }, () => 10 * Number(level)))),
  );
  return { peaksPerSecond: 20, channels };
}

describe('the end of a silence', () => {
  test('is a little before the next sound on any channel', () => {
    const call = peaks('900000000', '000000900');
    expect(endOfSilence(call, 1)).toBeCloseTo(5.6);
  });

  test('is not told of short pauses, of speech, and where it is nearly over', () => {
    const call = peaks('9009000009');
    expect(endOfSilence(call, 0.5)).toBeUndefined();
    expect(endOfSilence(call, 1)).toBeUndefined();
    expect(endOfSilence(call, 7)).toBeUndefined();
    expect(endOfSilence(call, 4)).toBeCloseTo(8.6);
  });

  test('takes noise and echo for silence', () => {
    const quiet = Uint8Array.from({ length: 400 }, (_, place) => (place < 20 || place > 300 ? 200 : 6));
    expect(endOfSilence({ peaksPerSecond: 20, channels: [quiet] }, 1)).toBeCloseTo(14.65);
  });
});
