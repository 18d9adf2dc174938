import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { ServiceChildTask } from '../unit/server/service-child.ts';

// Under the repository, so that the bundle finds the same node_modules.
const BUNDLE = fileURLToPath(new URL('../var/service-bench/', import.meta.url));

/** `getconf CLK_TCK` on every Linux: processor times in /proc are counted in these. */
const TICKS_A_SECOND = 100;

/** Bundles the key service as a program. */
export async function bundleService(): Promise<void> {
  const resolve = { conditions: ['source'] };
  await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('../unit/server/', import.meta.url)),
    resolve,
    ssr: { resolve },
    build: { ssr: 'service-child.ts', outDir: BUNDLE, emptyOutDir: true, target: 'node20' },
  });
}

/** A key service in a process of its own, as in production, whose processor time can be read. */
export class ServiceProcess {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  static async start(task: ServiceChildTask): Promise<ServiceProcess> {
    const script = join(BUNDLE, 'service-child.js');
    const child = spawn(process.execPath, [script, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return new ServiceProcess(child, Number(line));
  }

  /** Of all its threads so far. */
  async cpuMs(): Promise<number> {
    const stat = await readFile(`/proc/${this.#process.pid}/stat`, 'utf8');
    // Fields 14 and 15 (proc(5)), counted from behind the name, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}
