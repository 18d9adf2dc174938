import { describe, expect, test } from 'vitest';
import { BATCH_CHIPS, INPUT_SIZE } from '../../../packages/watermark/src/detector/chip-network.ts';
import { CHIP_WEIGHTS } from '../../../packages/watermark/src/detector/chip-weights.ts';
import { trainedNetwork } from '../../../packages/watermark/src/detector/trained-network.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';

describe('the weights that come with the package', () => {
  test('fit together, from all inputs to one ratio', () => {
    expect(CHIP_WEIGHTS[0]?.inputs).toBe(INPUT_SIZE);
    expect(CHIP_WEIGHTS.at(-1)?.outputs).toBe(1);
    for (const [index, { inputs, outputs, values }] of CHIP_WEIGHTS.entries()) {
      if (index > 0) expect(inputs).toBe(CHIP_WEIGHTS[index - 1]?.outputs);
      expect(Buffer.from(values, 'base64')).toHaveLength(2 * outputs * (inputs + 1));
    }
  });

  test('use their 16 bits', () => {
    for (const { scale, values } of CHIP_WEIGHTS) {
      const bytes = Buffer.from(values, 'base64');
      const numbers = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      expect(Math.max(...numbers.map(Math.abs))).toBeGreaterThan(16_000);
      expect(scale).toBeGreaterThan(0);
    }
  });

  // Biphase: the patch's fifth row is the chip's first half, its sixth the second; the middle band is the chip's own.
  test('read a band that is up first and down then as +1, and the reverse as -1', () => {
    const random = seededRandom('weights');
    const network = trainedNetwork();
    const inputs = Array.from({ length: BATCH_CHIPS * INPUT_SIZE }, (_, at) => {
      const sign = Math.floor(at / INPUT_SIZE) % 2 === 0 ? 1 : -1;
      const noise = 0.02 * random.normal();
      if (at % INPUT_SIZE === 4 * 7 + 3) return noise + 0.3 * sign;
      return at % INPUT_SIZE === 5 * 7 + 3 ? noise - 0.3 * sign : noise;
    });
    network.inputs.set(inputs);
    const ratios = new Float32Array(BATCH_CHIPS);
    network.ratios(ratios);
    ratios.forEach((ratio, chip) => expect(Math.sign(ratio)).toBe(chip % 2 === 0 ? 1 : -1));
  });
});
