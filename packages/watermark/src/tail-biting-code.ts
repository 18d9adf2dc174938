/** Bits of a watermark id. */
export const ID_BITS = 32;

/** Code symbols of one id: rate 1/6. */
export const CODE_SYMBOLS = 192;

/** Constraint length of the convolutional code. */
export const CONSTRAINT_LENGTH = 11;

/** Generators of the code, constraint length 11. */
export const GENERATORS: readonly number[] = [0o2611, 0o2263, 0o3647, 0o3547, 0o3257, 0o2755];

/** 1 when `value` has an odd number of ones. */
export function parity(value: number): number {
  let folded = value;
  for (let shift = 16; shift > 0; shift >>= 1) folded ^= folded >>> shift;
  return folded & 1;
}

/**
 * The tail-biting convolutional codeword of an id (Ma and Wolf 1986): the register begins in the state in which it ends, so no
 * symbol is spent on flushing it and every bit is protected alike.
 * @param id - unsigned, 32 bits; bit 0 is sent first
 * @returns 192 symbols of -1 or +1
 */
export function encodeId(id: number): Int8Array<ArrayBuffer> {
  const symbols = new Int8Array(CODE_SYMBOLS);
  for (let bit = 0; bit < ID_BITS; bit += 1) {
    let register = 0;
    for (let age = 0; age < CONSTRAINT_LENGTH; age += 1) {
      register |= ((id >>> ((bit - age + ID_BITS) % ID_BITS)) & 1) << age;
    }
    GENERATORS.forEach((generator, output) => {
      symbols[bit * GENERATORS.length + output] = 2 * parity(register & generator) - 1;
    });
  }
  return symbols;
}
