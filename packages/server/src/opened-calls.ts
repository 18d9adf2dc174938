import {
  fromBase64url,
  importCallKey,
  type Manifest,
  parseManifest,
  type SealedKey,
  ServiceRefusal,
} from '@secure-call/protocol';
import type { Selectable } from 'kysely';
import type { ArchiveKeys } from './archive-keys.ts';
import type { CallTable } from './schema.ts';

/** A call key in memory at most this long. */
const CACHE_MS = 60_000;
const MAX_ENTRIES = 1000;

/** What is needed to release keys of a call. */
export interface OpenedCall {
  readonly manifest: Manifest;
  /** Derives segment keys; not extractable. */
  readonly key: CryptoKey;
}

/** Opens call keys with the archive key, and keeps them for a minute so that a KMS is not asked for every lease. */
export class OpenedCalls {
  readonly #archiveKeys: ArchiveKeys;
  readonly #entries = new Map<string, { readonly opened: Promise<OpenedCall>; readonly until: number }>();

  constructor(archiveKeys: ArchiveKeys) {
    this.#archiveKeys = archiveKeys;
  }

  /**
   * @param now - milliseconds since the epoch
   * @throws {ServiceRefusal} `call_erased`; `archive_unavailable` when the archive key cannot be used now
   */
  async open(call: Selectable<CallTable>, now: number): Promise<OpenedCall> {
    if (call.jwe === null) throw new ServiceRefusal('call_erased', 'This recording has been erased.');
    const name = JSON.stringify([call.tenant, call.call, call.rev]);
    const cached = this.#entries.get(name);
    if (cached && cached.until > now) return cached.opened;
    this.#makeRoom(now);
    const opened = this.#open(call, call.jwe);
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

  async #open(call: Selectable<CallTable>, jwe: string): Promise<OpenedCall> {
    const manifest = parseManifest(fromBase64url(call.manifest));
    const binding = { tenant: manifest.tenant, call: manifest.call, rev: manifest.rev };
    try {
      const sealed = JSON.parse(jwe) as SealedKey;
      const callKey = await this.#archiveKeys.open(sealed, {
        ...binding,
        manifestSha256: call.manifest_sha256,
      });
      const key = await importCallKey(callKey);
      callKey.fill(0);
      return { manifest, key };
    } catch {
      throw new ServiceRefusal('archive_unavailable', 'The key of this recording cannot be opened now.');
    }
  }
}
