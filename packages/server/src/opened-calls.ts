import type { KeyObject } from 'node:crypto';
import {
  fromBase64url,
  type Manifest,
  parseManifest,
  type SealedKey,
  ServiceRefusal,
} from '@secure-call/protocol';
import type { Selectable } from 'kysely';
import type { ArchiveKeys } from './archive-keys.ts';
import { extract } from './key-derivation.ts';
import type { CallTable } from './schema.ts';

/** A call key in memory at most this long. */
const CACHE_MS = 60_000;
const MAX_ENTRIES = 1000;
const CALL_KEY_BYTES = 32;
const NO_SALT = new Uint8Array(0);

type CallRow = Selectable<CallTable>;

/** What is needed to release keys of a call. */
export interface OpenedCall {
  readonly manifest: Manifest;
  /** What the keys of its segments are expanded from (the protocol's section 2). */
  readonly secret: KeyObject;
}

/** Opens call keys with the archive key, and keeps them for a minute so that a KMS is not asked for every lease. */
export class OpenedCalls {
  readonly #archiveKeys: ArchiveKeys;
  readonly #entries = new Map<string, { readonly opened: Promise<OpenedCall>; readonly until: number }>();

  constructor(archiveKeys: ArchiveKeys) {
    this.#archiveKeys = archiveKeys;
  }

  /**
   * @param find - reads the packaging, where its key is not in memory
   * @param now - milliseconds since the epoch
   * @returns undefined when it has been erased; whoever finds it in memory asks the store for that
   * @throws {ServiceRefusal} `archive_unavailable` when the archive key cannot be used now
   */
  async open(
    { tenant, call, rev }: Pick<CallRow, 'tenant' | 'call' | 'rev'>,
    find: () => Promise<CallRow | undefined>,
    now: number,
  ): Promise<OpenedCall | undefined> {
    const name = JSON.stringify([tenant, call, rev]);
    const cached = this.#entries.get(name);
    if (cached && cached.until > now) return cached.opened;
    const found = await find();
    if (!found?.jwe) return undefined;
    this.#makeRoom(now);
    const opened = this.#open(found, found.jwe);
    this.#entries.set(name, { opened, until: now + CACHE_MS });
    opened.catch(() => this.#entries.delete(name));
    return opened;
  }

  /** Drops a call's key, for one that is erased. */
  forget(tenant: string, call: string): void {
    for (const name of this.#entries.keys()) {
      if (name.startsWith(`${JSON.stringify([tenant, call]).slice(0, -1)},`)) this.#entries.delete(name);
    }
  }

  forgetAll(): void {
    this.#entries.clear();
  }

  #makeRoom(now: number): void {
    for (const [name, { until }] of this.#entries) {
      if (until <= now || this.#entries.size >= MAX_ENTRIES) this.#entries.delete(name);
    }
  }

  async #open(call: CallRow, jwe: string): Promise<OpenedCall> {
    const manifest = parseManifest(fromBase64url(call.manifest));
    const binding = { tenant: manifest.tenant, call: manifest.call, rev: manifest.rev };
    try {
      const sealed = JSON.parse(jwe) as SealedKey;
      const callKey = await this.#archiveKeys.open(sealed, {
        ...binding,
        manifestSha256: call.manifest_sha256,
      });
      if (callKey.length !== CALL_KEY_BYTES) throw new RangeError('A call key has 32 bytes.');
      const secret = extract(NO_SALT, callKey);
      callKey.fill(0);
      return { manifest, secret };
    } catch {
      throw new ServiceRefusal('archive_unavailable', 'The key of this recording cannot be opened now.');
    }
  }
}
