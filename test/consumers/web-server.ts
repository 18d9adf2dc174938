import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A server of one of the tools, on a port of its choice. */
export class WebServer {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.#process = process;
  }

  /** @throws with what it printed, where it ends before it says its address */
  static async start(installed: string, app: string, entry: string, args: string[]): Promise<WebServer> {
    const child = spawn(process.execPath, [join(installed, 'node_modules', entry), ...args], {
      cwd: app,
      env: { ...process.env, NODE_ENV: '', NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' },
    });
    let printed = '';
    const url = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        printed += chunk.toString();
        const [address] = /http:\/\/(localhost|127\.0\.0\.1):\d+/.exec(printed) ?? [];
        if (address) resolve(address);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`${entry} ended:\n${printed}`)));
    });
    return new WebServer(url, child);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}
