import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { Announcements } from './announcements.ts';
import type { Schema } from './schema.ts';

const CHANNEL = 'secure_call';

/** Between two attempts to listen again. */
const RECONNECT_MS = 500;

/** Announcements by NOTIFY: they reach every service that listens on the database, this one too, when they are committed. */
export class PostgresAnnouncements {
  readonly #announcements = new Announcements();
  readonly #options: pg.ClientConfig;
  #client: pg.Client | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  private constructor(options: pg.ClientConfig) {
    this.#options = options;
  }

  static async listen(options: pg.ClientConfig): Promise<PostgresAnnouncements> {
    const announcements = new PostgresAnnouncements(options);
    await announcements.#connect();
    return announcements;
  }

  /** Announces in a transaction. */
  static async send(db: Kysely<Schema>, message: string): Promise<void> {
    await sql`select pg_notify(${CHANNEL}, ${message})`.execute(db);
  }

  subscribe(listener: (message: string | undefined) => void): () => void {
    return this.#announcements.subscribe(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.end();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(this.#options);
    client.on('notification', ({ payload }) => this.#announcements.deliver([payload]));
    // What breaks a connection also ends it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (cause) {
      await client.end().catch(() => undefined);
      throw cause;
    }
    client.once('end', () => this.#reconnectLater());
    this.#client = client;
  }

  #reconnectLater(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#reconnect(), RECONNECT_MS);
    this.#timer.unref();
  }

  async #reconnect(): Promise<void> {
    try {
      await this.#connect();
      // What was announced meanwhile is lost.
      this.#announcements.deliver([undefined]);
    } catch {
      this.#reconnectLater();
    }
  }
}
