import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../packages/cli/bin/secure-call.mjs', import.meta.url));

/** `secure-call serve` as an operator runs it; `npm run build` makes it. */
export class ServeProcess {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  static async start(config: string, databaseUrl: string): Promise<ServeProcess> {
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--config', config], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, DATABASE_URL: databaseUrl },
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { addresses: [url] = [] } = JSON.parse(line) as { readonly addresses?: readonly string[] };
    if (url === undefined) throw new Error(`The service did not start: ${line}`);
    return new ServeProcess(child, url);
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }
}
