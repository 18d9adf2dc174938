import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findFirefox, findWebKit } from '../setup/engines.mjs';
import { until } from '../support/until.ts';
import { stopProcess } from './stop-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a sound server whose only device plays into nothing, for PULSE_SERVER; empty without one. */
    pulseServer: string;
  }
}

/** Firefox runs no audio context without a sound device, and a test must not need the machine's. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const pulseaudio = [findFirefox(), findWebKit()].flatMap(({ found }) => found?.PulseAudio ?? [])[0];
  provide('pulseServer', '');
  if (pulseaudio === undefined) return () => Promise.resolve();
  const folder = await mkdtemp(join(tmpdir(), 'null-sink-'));
  const socket = join(folder, 'socket');
  const server = startServer(pulseaudio, folder, socket);
  await until(
    () => existsSync(socket),
    20_000,
    () => 'a sound server',
  );
  provide('pulseServer', `unix:${socket}`);
  return async () => {
    await stopProcess(server);
    await rm(folder, { recursive: true, force: true });
  };
}

function startServer(pulseaudio: string, folder: string, socket: string): ChildProcess {
  const modules = [
    'module-null-sink sink_name=nothing rate=48000',
    `module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
  ];
  const options = ['-n', '--exit-idle-time=-1', '--daemonize=no', '--use-pid-file=no', '--log-level=error'];
  const env = { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder };
  return spawn(pulseaudio, [...options, ...modules.flatMap(module => ['-L', module])], {
    env,
    stdio: 'ignore',
  });
}
