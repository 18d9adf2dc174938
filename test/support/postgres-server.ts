import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgres } from '../setup/install-postgres.mjs';
import { createDatabase, queryPostgres } from './postgres-query.ts';

const run = promisify(execFile);

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** A PostgreSQL server of the tests' own: a fresh folder, a free port of this machine only, removed afterwards. */
export class PostgresServer {
  readonly port: number;
  readonly #programs: string;
  readonly #folder: string;
  /** Who the server runs as: it refuses to run as root. */
  readonly #user: User | undefined;

  private constructor(programs: string, folder: string, port: number, user: User | undefined) {
    this.#programs = programs;
    this.#folder = folder;
    this.port = port;
    this.#user = user;
  }

  /** @returns undefined where PostgreSQL is not installed */
  static async start(settings: readonly string[] = []): Promise<PostgresServer | undefined> {
    const programs = findPostgres();
    if (programs === undefined) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 'secure-call-postgres-'));
    const user = process.getuid?.() === 0 ? await postgresUser() : undefined;
    if (user) await chown(folder, user.uid, user.gid);
    await chmod(folder, 0o700);
    const server = new PostgresServer(programs, folder, await freePort(), user);
    await server.#run('initdb', ['-D', join(folder, 'data'), '-U', 'owner', '--auth=trust', '-E', 'UTF8']);
    await server.launch(settings);
    return server;
  }

  /** Starts the server again after `halt`. */
  async launch(settings: readonly string[] = []): Promise<void> {
    const address = [
      'listen_addresses=127.0.0.1',
      `port=${this.port}`,
      `unix_socket_directories=${this.#folder}`,
    ];
    const options = [...address, ...settings].map(setting => `-c ${setting}`).join(' ');
    await this.#control('start', ['-o', options, '-l', join(this.#folder, 'log')]);
  }

  /** Stops at once, as a crash does. */
  halt(): Promise<void> {
    return this.#control('stop', ['-m', 'immediate']);
  }

  async stop(): Promise<void> {
    await this.halt().catch(() => undefined);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Address of a database; the owner of the server unless a role is named. */
  url(database = 'postgres', role = 'owner'): string {
    return `postgres://${role}@127.0.0.1:${this.port}/${database}`;
  }

  /** Makes an empty database. @returns its name */
  createDatabase(): Promise<string> {
    return createDatabase(this.url());
  }

  async query(statement: string, database = 'postgres'): Promise<void> {
    await queryPostgres(this.url(database), statement);
  }

  #control(action: string, options: readonly string[]): Promise<void> {
    return this.#run('pg_ctl', [action, '-D', join(this.#folder, 'data'), '-w', '-s', ...options]);
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    await run(join(this.#programs, program), args, { cwd: this.#folder, ...this.#user });
  }
}

async function postgresUser(): Promise<User> {
  const id = async (option: string): Promise<number> =>
    Number((await run('id', [option, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
