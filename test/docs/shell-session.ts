import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeBlocks, type CodeBlock, root } from './code-blocks.ts';

const given = `${root}test/docs/given`;

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
      .replaceAll('8787', String(service))
      .replaceAll('8788', String(storage))
      .replaceAll('8789', String(metrics))
      .replaceAll('3000', String(page));
  }

  /** Runs everything; blocks with a file's name are written to that file when their turn comes. */
  async run(keepRunning = ''): Promise<SessionResult> {
    const script = [
      await readFile(`${given}/prelude.sh`, 'utf8'),
      await this.#givens(),
      ...this.#steps(),
      keepRunning,
    ];
    const path = join(this.folder, '.session.sh');
    await writeFile(path, script.join('\n'));
    const env = {
      ...process.env,
      ROOT: root.replace(/\/$/, ''),
      PORT_OF_STORAGE: String(this.ports.storage),
      PORT: '',
      ...this.#environment,
      LC_ALL: 'C.UTF-8',
    };
    return execute(path, this.folder, { ...env, PORT: String(this.ports.service) });
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

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

function execute(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<SessionResult> {
  const child = spawn('bash', [script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => output.push(part));
  return new Promise(resolve => {
    child.on('close', code => resolve({ code, output: Buffer.concat(output).toString() }));
  });
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
