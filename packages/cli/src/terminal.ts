/** What a command writes to and is stopped by. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted when the person or the system wants the command to end. */
  readonly signal: AbortSignal;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** One line on a terminal's stderr that is written over as work goes on; silent where there is no terminal. */
export class ProgressLine {
  readonly #output: Output;
  #text = '';

  constructor({ stderr }: Terminal) {
    this.#output = stderr;
  }

  show(text: string): void {
    if (!this.#output.isTTY || text === this.#text) return;
    this.#write(text);
  }

  clear(): void {
    if (this.#text !== '') this.#write('');
  }

  #write(text: string): void {
    this.#output.write(`\r\x1b[K${text}`);
    this.#text = text;
  }
}
