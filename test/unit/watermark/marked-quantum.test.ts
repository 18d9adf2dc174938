import { describe, expect, test } from 'vitest';
import { MarkedQuantum } from '../../../packages/watermark/src/worklet/marked-quantum.ts';

const QUANTUM = 128;

const tone = (hertz: number, level = 0.1): Float32Array =>
  Float32Array.from(
    { length: QUANTUM },
    (_, index) => level * Math.sin((2 * Math.PI * hertz * index) / 48000 + 0.5),
  );

function kept(...output: Float32Array[]): MarkedQuantum {
  const quantum = new MarkedQuantum();
  quantum.keep(output);
  return quantum;
}

const scaled = (samples: Float32Array, gain: (index: number) => number): Float32Array =>
  samples.map((sample, index) => sample * gain(index));

describe('what arrives comes from the marker', () => {
  const [left, right] = [tone(440), tone(700)];

  test.each<[string, (index: number) => number]>([
    ['as it was', () => 1],
    ['with the gate closed', () => 0],
    ['with the gate closing in the middle', index => (index < 64 ? 1 : 0)],
    ['at a lower gain', () => 0.5],
  ])('%s', (_, gain) => {
    expect(kept(left, right).isOrigin([scaled(left, gain), scaled(right, gain)])).toBe(true);
  });

  test('or nothing arrives at all', () => {
    expect(kept(left, right).isOrigin([])).toBe(true);
  });
});

describe('what arrives does not come from the marker', () => {
  const [left, right] = [tone(440), tone(700)];
  const strangers: Record<string, Float32Array[]> = {
    'another sound': [tone(450), right],
    'the sides exchanged': [right, left],
    'louder than it was': [scaled(left, () => 1.1), right],
    'turned upside down': [left, scaled(right, () => -1)],
    'one sample more': [scaled(left, index => (index === 100 ? 1.01 : 1)), right],
    'more channels': [left, right, tone(200)],
  };
  test.each(Object.entries(strangers))('%s', (_, input) => {
    expect(kept(left, right).isOrigin(input)).toBe(false);
  });

  test('the quantum before, once it was let go', () => {
    const quantum = kept(left, right);
    quantum.letGo();
    expect(quantum.isOrigin([left, right])).toBe(false);
    expect(quantum.isOrigin([new Float32Array(QUANTUM)])).toBe(true);
  });

  test('anything, before the first was marked', () => {
    expect(new MarkedQuantum().isOrigin([tone(440, 0.001)])).toBe(false);
  });
});

test('frames are counted, and what can be heard is told from what cannot', () => {
  const quantum = kept(tone(440), tone(440));
  expect(quantum.isHeard).toBe(true);
  quantum.keep([new Float32Array(QUANTUM), tone(440, 1e-4)]);
  expect(quantum.isHeard).toBe(false);
  expect(quantum.frames).toBe(2 * QUANTUM);
});
