import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { codeBlocks, type CodeBlock, root } from './code-blocks.ts';

const given = `${root}test/docs/given`;
const READY = '@@ ready';

/** What was run of a page, or why it ended. */
export interface SessionResult {
  readonly code: number | null;
  /** Everything that the commands printed, with a line before each block. */
  readonly output: string;
}

/** The commands of one page, run as they stand, one after the other in one folder. */
export class ShellSession {
  readonly folder: string;
  readonly ports: Readonly<Record<'service' | 'storage' | 'metrics' | 'page', number>>;
  readonly #file: string;
  readonly #environment: Readonly<Record<string, string>>;
  #running: ChildProcessByStdio<null, Readable, Readable> | undefined;

  private constructor(
    file: string,
    folder: string,
    ports: ShellSession['ports'],
    environment: Readonly<Record<string, string>>,
  ) {
    this.#file = file;
    this.folder = folder;
    this.ports = ports;
    this.#environment = environment;
  }

  /** @param environment - what the page's givens need besides, such as the port of a PostgreSQL */
  static async open(file: string, environment: Readonly<Record<string, string>> = {}): Promise<ShellSession> {
    const folder = await mkdtemp(join(tmpdir(), 'documents-'));
    for (const name of ['node_modules', 'examples']) await symlink(root + name, join(folder, name));
    for (const name of ['storage', 'elsewhere/checkpoints'])
      await mkdir(join(folder, name), { recursive: true });
    const [service, storage, metrics, page] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const session = new ShellSession(file, folder, { service, storage, metrics, page }, environment);
    const config = codeBlocks('docs/service.md').find(({ language }) => language === 'json');
    await writeFile(join(folder, 'service.json'), session.local(config?.code ?? ''));
    return session;
  }

  /** The text with the addresses of this session in place of the documents'. */
  local(text: string): string {
    const { service, storage, metrics, page } = this.ports;
    return text
      .replaceAll('https://keys.region.example', `http://localhost:${service}`)
      .replaceAll('https://storage.region.example/calls', `http://localhost:${storage}`)
      .replaceAll('/mnt/elsewhere', join(this.folder, 'elsewhere'))
      .replaceAll('db.internal', `127.0.0.1:${this.#environment['PGPORT'] ?? ''}`)
      .replaceAll('"drainSeconds": 10', '"drainSeconds": 0')
      .replaceAll('8787', String(service))
      .replaceAll('8788', String(storage))
      .replaceAll('8789', String(metrics))
      .replaceAll('3000', String(page));
  }

  /** Runs everything; blocks with a file's name are written to that file when their turn comes. */
  async run(): Promise<SessionResult> {
    const { child, output } = await this.#spawn();
    const code = await new Promise<number | null>(resolve => child.on('close', resolve));
    return { code, output: output.join('') };
  }

  /** Runs everything and leaves running what the page leaves running, until the session is closed. */
  async start(): Promise<void> {
    const { child, output } = await this.#spawn(`echo "${READY}"; while sleep 1; do :; done`);
    this.#running = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', () => {
        if (output.join('').includes(READY)) resolve();
      });
      child.on('close', () => reject(new Error(output.join(''))));
    });
  }

  async #spawn(
    atTheEnd = '',
  ): Promise<{ child: ChildProcessByStdio<null, Readable, Readable>; output: string[] }> {
    const prelude = await readFile(`${given}/prelude.sh`, 'utf8');
    const script = [prelude, await this.#givens(), ...this.#steps(), atTheEnd].join('\n');
    await writeFile(join(this.folder, '.session.sh'), script);
    const child = spawn('bash', ['.session.sh'], {
      cwd: this.folder,
      env: {
        ...process.env,
        ...this.#environment,
        LC_ALL: 'C.UTF-8',
        ROOT: root.replace(/\/$/, ''),
        ...this.#portNames(),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => output.push(String(part)));
    return { child, output };
  }

  #portNames(): Record<string, string> {
    return { PORT: String(this.ports.service), PAGE_PORT: String(this.ports.page) };
  }

  async #givens(): Promise<string> {
    const path = `${given}/${this.#file.replace(/^docs\//, '').replace(/\.md$/, '')}.sh`;
    return existsSync(path) ? this.local(await readFile(path, 'utf8')) : '';
  }

  #steps(): string[] {
    let place = 0;
    return codeBlocks(this.#file).flatMap(block => {
      if (block.title !== '') return [this.#writing(block)];
      if (block.language !== 'sh') return [];
      place += 1;
      const before = `if declare -F before_${place} >/dev/null; then before_${place}; fi`;
      return [`echo; echo "@@ ${block.file}:${block.line}"`, before, this.local(block.code)];
    });
  }

  /** A file the reader writes, in the folder where the commands are by then. */
  #writing({ title, code }: CodeBlock): string {
    const bytes = Buffer.from(this.local(code)).toString('base64');
    return `mkdir -p "$(dirname ${title})" && base64 -d >${title} <<<${bytes}`;
  }

  async close(): Promise<void> {
    const child = this.#running;
    if (child) {
      const closed = new Promise(resolve => child.on('close', resolve));
      child.kill('SIGTERM');
      await closed;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
