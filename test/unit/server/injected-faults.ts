import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'libsql';
import pg from 'pg';
import type { Fetch } from './browser.ts';

/**
 * before: it is not done. after: it is done, and fails nevertheless. lost: it is done, and the connection breaks before the
 * answer is read.
 */
export type FaultMode = 'before' | 'after' | 'lost';

class InjectedFault extends Error {}

/** Counts the calls that requests make, and lets one of them fail. Real stores and real cryptography stay underneath. */
export class InjectedFaults {
  #count = 0;
  #failing: number | undefined;
  #mode: FaultMode = 'before';
  #armed = false;
  #hit = false;
  readonly #restore: (() => void)[] = [];

  /** How many calls the last request made. */
  get count(): number {
    return this.#count;
  }

  /** Whether the call came that was to fail. */
  get hit(): boolean {
    return this.#hit;
  }

  /** @param failing - number of the call, from 1, that fails in the next request; undefined = none */
  arm(failing: number | undefined, mode: FaultMode): void {
    this.#failing = failing;
    this.#mode = mode;
    this.#hit = false;
  }

  /** Only calls of requests that go through it count. */
  watch(fetch: Fetch): Fetch {
    return async request => {
      this.#count = 0;
      this.#armed = true;
      try {
        return await fetch(request);
      } finally {
        this.#armed = false;
      }
    };
  }

  restore(): void {
    for (const restore of this.#restore) restore();
    syncBuiltinESMExports();
  }

  /** Statements of SQLite, and queries of PostgreSQL, with those that begin and end transactions. */
  inStores(): this {
    const database = new Database(':memory:');
    const statements = Object.getPrototypeOf(database.prepare('select 1')) as object;
    database.close();
    for (const name of ['run', 'all']) this.#replace(statements, name);
    this.#replace(pg.Client.prototype, 'query', client =>
      (client as { connection: { stream: { destroy(): void } } }).connection.stream.destroy(),
    );
    return this;
  }

  /** What the service computes by `node:crypto` and WebCrypto. */
  inCryptography(): this {
    const names = ['createHash', 'createHmac', 'createCipheriv', 'verify', 'diffieHellman'];
    for (const name of [...names, 'createPrivateKey', 'createPublicKey']) this.#replace(crypto, name);
    const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle) as object;
    for (const name of ['importKey', 'deriveBits', 'deriveKey', 'decrypt', 'encrypt', 'sign', 'digest'])
      this.#replace(subtle, name);
    syncBuiltinESMExports();
    return this;
  }

  #replace(owner: object, name: string, breakConnection: (self: unknown) => void = () => undefined): void {
    const original = Reflect.get(owner, name) as (...args: unknown[]) => unknown;
    const call = (work: () => unknown, breaks: () => void): unknown => this.#call(work, breaks);
    const replaced = function replaced(this: unknown, ...args: unknown[]): unknown {
      return call(
        () => original.apply(this, args),
        () => breakConnection(this),
      );
    };
    Reflect.set(owner, name, replaced);
    this.#restore.push(() => Reflect.set(owner, name, original));
  }

  #call(work: () => unknown, breakConnection: () => void): unknown {
    if (!this.#armed) return work();
    this.#count += 1;
    if (this.#count !== this.#failing) return work();
    this.#hit = true;
    const fault = new InjectedFault('injected');
    if (this.#mode === 'before') throw fault;
    const result = work();
    if (!(result instanceof Promise)) throw fault;
    return result.then(() => {
      if (this.#mode === 'lost') breakConnection();
      throw fault;
    });
  }
}
