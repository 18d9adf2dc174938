/** Finds where any of a set of byte strings occurs. */
export class HiddenBytes {
  readonly #needles: readonly Buffer[];

  constructor(needles: readonly Uint8Array[]) {
    this.#needles = needles.map(needle => Buffer.from(needle));
  }

  /** @returns how many of them occur in `haystack` as they are */
  countIn(haystack: Uint8Array): number {
    const buffer = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.length);
    return this.#needles.filter(needle => buffer.includes(needle)).length;
  }

  /** @returns how many occur in `text` as they are, in hexadecimal, in base64 or in base64url */
  countInText(text: string): number {
    const lower = text.toLowerCase();
    const found = (needle: Buffer): boolean =>
      text.includes(needle.toString('latin1')) ||
      lower.includes(needle.toString('hex')) ||
      text.includes(needle.toString('base64url')) ||
      text.includes(needle.toString('base64').replace(/=+$/, ''));
    return this.#needles.filter(found).length;
  }
}
