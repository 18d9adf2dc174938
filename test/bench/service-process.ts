import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { ServiceChildTask } from '../unit/server/service-child.ts';

/** `getconf CLK_TCK` on every Linux: processor times in /proc are counted in these. */
const TICKS_A_SECOND = 100;

export interface CpuMs {
  readonly all: number;
  readonly system: number;
}

/** A key service in a process of its own, as in production, whose processor time can be read. */
export class ServiceProcess {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /**
   * With `SERVICE_PROFILE` in the environment, a folder, it leaves a profile of its processor time there (`*.cpuprofile`).
   * @param script - made by `bundleService`
   */
  static async start(script: string, task: ServiceChildTask): Promise<ServiceProcess> {
    const folder = process.env['SERVICE_PROFILE'];
    const profile = folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const child = spawn(process.execPath, [...profile, script, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return new ServiceProcess(child, Number(line));
  }

  /** Of all its threads so far, and how much of that the system took for its files and sockets. */
  async cpuMs(): Promise<CpuMs> {
    const stat = await readFile(`/proc/${this.#process.pid}/stat`, 'utf8');
    // Fields 14 and 15 (proc(5)), counted from behind the name, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user, system] = [Number(fields[11]), Number(fields[12])];
    return { all: ((user + system) * 1000) / TICKS_A_SECOND, system: (system * 1000) / TICKS_A_SECOND };
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }
}
