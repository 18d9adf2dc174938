import { BAND_COUNT } from '@secure-call/watermark';
import { ChipContext, INPUT_SIZE } from '@secure-call/watermark/detector';
import type { SeededRandom } from '../seeded-random.ts';
import type { Example } from './examples.ts';

/** Chips at a clip's ends lack their surroundings. */
const MARGIN_CHIPS = 3;

/** Draws single chips out of examples, every one as likely as any other. */
export class ChipSamples {
  /** Inputs of the network for the chip drawn last. */
  readonly inputs: Float32Array = new Float32Array(INPUT_SIZE);
  readonly #examples: readonly {
    readonly example: Example;
    readonly context: ChipContext;
    readonly end: number;
  }[];

  constructor(examples: readonly Example[]) {
    let end = 0;
    this.#examples = examples.map(example => {
      end += Math.max(0, chipsOf(example) - 2 * MARGIN_CHIPS);
      return { example, context: new ChipContext(example.levels), end };
    });
  }

  /** Sets `inputs` to a random chip's. @returns its sign */
  draw(random: SeededRandom): number {
    const drawn = random.below(this.#examples.at(-1)?.end ?? 0);
    const index = this.#indexOf(drawn);
    const first = this.#examples[index - 1]?.end ?? 0;
    return this.#read(index, MARGIN_CHIPS + drawn - first, random);
  }

  /** Calls `visit` for every chip of one example. */
  forEach(index: number, visit: (sign: number) => void): void {
    const { example } = this.#at(index);
    for (let chip = MARGIN_CHIPS; chip < chipsOf(example) - MARGIN_CHIPS; chip += 1) {
      for (let band = 0; band < BAND_COUNT; band += 1) {
        const sign = example.signs[chip * BAND_COUNT + band] as number;
        if (sign === 0) continue;
        this.#set(index, chip, band);
        visit(sign);
      }
    }
  }

  #read(index: number, chip: number, random: SeededRandom): number {
    const { signs } = this.#at(index).example;
    for (;;) {
      const band = random.below(BAND_COUNT);
      const sign = signs[chip * BAND_COUNT + band] as number;
      if (sign === 0) continue;
      this.#set(index, chip, band);
      return sign;
    }
  }

  #set(index: number, chip: number, band: number): void {
    this.#at(index).context.read(2 * chip, band, this.inputs, 0);
  }

  #at(index: number) {
    const entry = this.#examples[index];
    if (!entry) throw new RangeError(`There is no example ${index}.`);
    return entry;
  }

  #indexOf(drawn: number): number {
    let low = 0;
    let high = this.#examples.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#examples[middle]?.end ?? 0) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function chipsOf({ signs }: Example): number {
  return signs.length / BAND_COUNT;
}
