import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Deployment } from '../support/deployment.ts';

const run = promisify(execFile);

/** One of the applications beside this file. */
export interface Consumer {
  readonly name: string;
  /** Commands a person would type; the first word is a program of the installed tools. */
  readonly build: readonly (readonly string[])[];
  readonly check?: readonly string[];
  /** Folders that are served, below the application's own; later ones win. */
  readonly serves: readonly string[];
  /** Trusted Types policies of its framework, which the page's policy has to allow besides the player's. */
  readonly trustedTypes?: readonly string[];
}

const tsc = ['tsc-7', '--project', '.'];
const vite = { build: [['vite', 'build']], serves: ['dist'] };

export const consumers: readonly Consumer[] = [
  { name: 'html', build: [], serves: ['.'] },
  { name: 'vite', ...vite, check: tsc },
  { name: 'webpack', build: [['webpack']], check: tsc, serves: ['.', 'dist'] },
  { name: 'rollup', build: [['rollup', '--config', '--silent']], check: tsc, serves: ['.', 'dist'] },
  { name: 'esbuild', build: [['node', 'build.mjs']], check: tsc, serves: ['.', 'dist'] },
  { name: 'react', ...vite, check: tsc },
  { name: 'vue', ...vite, check: ['vue-tsc', '--project', '.'], trustedTypes: ['vue'] },
  {
    name: 'svelte',
    ...vite,
    check: ['svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings'],
    trustedTypes: ['svelte-trusted-html'],
  },
];

/** Where a program of the installed tools starts, for Node: TypeScript 7 is there beside the one that other tools load. */
function programOf(installed: string, name: string): readonly [string, ...string[]] {
  if (name === 'node') return [process.execPath];
  if (name === 'tsc-7') return [process.execPath, join(installed, 'node_modules/typescript-7/bin/tsc')];
  return [join(installed, 'node_modules/.bin', name)];
}

/** Runs a tool in the application's folder. @throws with what the tool printed */
export async function runTool(
  installed: string,
  app: string,
  [name = '', ...args]: readonly string[],
): Promise<void> {
  const [program, ...first] = programOf(installed, name);
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', CI: '1' };
  try {
    await run(program, [...first, ...args], { cwd: app, env, shell: process.platform === 'win32' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${name} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

/**
 * Puts an application into a folder of its own below the installed packages, with the addresses and the call of a
 * deployment in the place of those in the documentation.
 * @returns its folder
 */
export async function placeApp(installed: string, name: string, deployment: Deployment): Promise<string> {
  const app = join(installed, name);
  await cp(fileURLToPath(new URL(name, import.meta.url)), app, { recursive: true });
  const replacements: readonly (readonly [string, string])[] = [
    ['q3ZkX0mFQJmYkq1V8u2bRw', deployment.packages[0]?.callId ?? ''],
    ['https://keys.region.example', deployment.service.url],
    ['https://storage.region.example', deployment.storage.url],
  ];
  for (const entry of await readdir(app, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      replacements.reduce((all, [from, to]) => all.replaceAll(from, to), text),
    );
  }
  return app;
}

/** `cp -r node_modules/@secure-call/element/dist/standalone secure-call`, as the documentation says. */
export async function copyStandalone(installed: string, app: string): Promise<void> {
  const to = join(app, 'secure-call');
  await mkdir(to, { recursive: true });
  await cp(join(installed, 'node_modules/@secure-call/element/dist/standalone'), to, { recursive: true });
}
