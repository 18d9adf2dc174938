import { expect, test } from 'vitest';
import { PlaybackMeter } from '../../../packages/player/src/playback-meter.ts';

test('steps that follow each other are one range', () => {
  const meter = new PlaybackMeter();
  for (const position of [1, 1.25, 1.5, 2]) meter.advance(position);
  expect(meter.take()).toEqual([[1, 2]]);
  meter.advance(2.5);
  expect(meter.take()).toEqual([[2, 2.5]]);
  expect(meter.take()).toEqual([]);
});

test('what lies between a stop and the next step was not heard', () => {
  const meter = new PlaybackMeter();
  meter.advance(1);
  meter.advance(2);
  meter.interrupt();
  meter.advance(8);
  meter.advance(9);
  expect(meter.take()).toEqual([
    [1, 2],
    [8, 9],
  ]);
});

test('a jump without a stop was not heard either, nor was a step back', () => {
  const meter = new PlaybackMeter();
  meter.advance(1);
  meter.advance(30);
  meter.advance(29);
  expect(meter.take()).toEqual([]);
});
