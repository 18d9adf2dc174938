import { SecureCallError } from '@secure-call/protocol';
import { isTrustworthy } from '../environment.ts';

/** What the addresses in a playlist mean. A playlist is not authentic, so it may not send the player anywhere. */
export class MediaAddresses {
  readonly #base: string;
  readonly #origins: ReadonlySet<string>;

  /**
   * @param base - absolute address of the playlist
   * @param allowOrigins - where its media may lie besides its own origin
   */
  constructor(base: string, allowOrigins: readonly string[]) {
    this.#base = base;
    this.#origins = new Set([new URL(base).origin, ...allowOrigins]);
  }

  /** The same rules for a playlist that this one names. */
  of(playlist: string): MediaAddresses {
    return new MediaAddresses(playlist, [...this.#origins]);
  }

  /** Absolute address of something to fetch. @throws {SecureCallError} `recording_unsupported` */
  media(address: string): string {
    const url = this.#resolve(address);
    if (this.#origins.has(new URL(url).origin)) return url;
    throw new SecureCallError(
      'recording_unsupported',
      'The playlist takes media from a place that allowOrigins does not name.',
    );
  }

  /** Absolute address of a key: a name for the host's backend, never fetched. */
  key(address: string): string {
    return this.#resolve(address);
  }

  #resolve(address: string): string {
    const url = URL.canParse(address, this.#base) ? new URL(address, this.#base).href : '';
    if (isTrustworthy(url)) return url;
    throw new SecureCallError(
      'recording_unsupported',
      'The playlist names an address that is not reached by https.',
    );
  }
}
