import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Results as JSON lines, so that an interrupted run goes on where it was. */
export class ResultsFile<Result> {
  readonly results: Result[];
  readonly #path: string;

  private constructor(path: string, results: Result[]) {
    this.#path = path;
    this.results = results;
  }

  /** Reads what there is at `path`, or makes the file and its folder. */
  static async open<Result>(path: string): Promise<ResultsFile<Result>> {
    await mkdir(dirname(path), { recursive: true });
    const text = await readFile(path, 'utf8').catch(() => '');
    // A line that was being written when a run was interrupted has no end.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    await writeFile(path, whole);
    const lines = whole.split('\n').filter(line => line !== '');
    return new ResultsFile(
      path,
      lines.map(line => JSON.parse(line) as Result),
    );
  }

  async append(results: readonly Result[]): Promise<void> {
    this.results.push(...results);
    await appendFile(this.#path, results.map(result => `${JSON.stringify(result)}\n`).join(''));
  }
}
