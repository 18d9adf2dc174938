/** Reads an NDJSON answer line by line, as it comes. */
export class LineReader<T> {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = '';

  constructor(response: Response) {
    if (!response.body) throw new Error('The answer has no body.');
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** @returns undefined at the end */
  async next(): Promise<T | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\n');
      if (end !== -1) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return JSON.parse(line) as T;
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#rest += value;
    }
  }

  /** The next line that fits; those before it are dropped. */
  async find(fits: (line: T) => boolean): Promise<T> {
    for (;;) {
      const line = await this.next();
      if (line === undefined) throw new Error('The stream ended before.');
      if (fits(line)) return line;
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
