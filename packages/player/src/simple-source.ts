import { type PublicJwk, SecureCallError } from '@secure-call/protocol';
import type { AnySource } from './call-player.ts';
import { isTrustworthy } from './environment.ts';

/** What the host's backend needs to seal keys to this player. */
export interface KeysRequest {
  /**
   * `{packageId}/{track}/{variant}/{index}` for packages, the key's absolute address for plain HLS. The playlist that
   * names an address is not authentic: check that the key belongs to the call this person may hear.
   */
  readonly keyIds: readonly string[];
  /** The player's key of this session; the answer is sealed to it. */
  readonly publicJwk: PublicJwk;
  /** RFC 7638 thumbprint of the player's device key, to be repeated in the answer. */
  readonly jkt: string;
  /** Aborts when the answer is no longer waited for. */
  readonly signal: AbortSignal;
}

/** A recording played without a key service: weaker, see docs/simple-mode.md. */
export interface SimpleSource {
  /** Base address of a package, with a slash at its end, or of an `.m3u8` playlist. */
  readonly media: string;
  /**
   * Asks the host's own backend for keys. Throw a `SecureCallError` with `not_permitted`, `session_revoked`,
   * `session_expired` or `call_erased` when there are to be none; whatever else is thrown is tried again.
   * @returns a compact JWE with the keys that were asked for
   */
  readonly keys: (request: KeysRequest) => Promise<string>;
  /** Public keys (ES256 or EdDSA, with `kid` and `alg`) of the packagers to be trusted. Needed for packages. */
  readonly packagerKeys?: readonly PublicJwk[];
  /** Plays HLS whose sound storage could alter unnoticed. @default false */
  readonly allowUnauthenticated?: boolean;
  /** Other origins that a playlist may take media from. @default none but its own */
  readonly allowOrigins?: readonly string[];
  /** Makes `onAccessEvent` the gate: no key is asked for before it has taken every event. */
  readonly audit?: 'callback';
  /** How the backend seals keys. @default 'ECDH-ES+A256KW' */
  readonly keyAgreement?: 'ECDH-ES+A256KW' | 'RSA-OAEP-256';
  /** Who is on each channel of plain HLS; packages tell it themselves. @default ['both'] */
  readonly channels?: readonly string[];
  /** Shown over the player. */
  readonly listener?: { readonly name: string; readonly unit: string };
}

export const isSimpleSource = (source: AnySource): source is SimpleSource => 'keys' in source;

/** Whether a simple source's media is a playlist and not a package. */
export const isPlaylist = (media: string): boolean => new URL(media).pathname.endsWith('.m3u8');

/** @throws {SecureCallError} `setup_invalid` when a source is not one that may be opened */
export function assertSource(source: AnySource, hasAccessCallback: boolean): void {
  if (isSimpleSource(source)) assertSimpleSource(source, hasAccessCallback);
  else if (!isTrustworthy(source.service)) throw invalid('The key service must be reached by https.');
}

function assertSimpleSource(source: SimpleSource, hasAccessCallback: boolean): void {
  const { media, packagerKeys = [], allowUnauthenticated = false, audit } = source;
  if (!isTrustworthy(media)) throw invalid('The recording must be reached by https.');
  if (isPlaylist(media) && !allowUnauthenticated) {
    throw invalid(
      'Plain HLS is not authenticated: its storage could alter the sound unnoticed. Set allowUnauthenticated to play it all the same.',
    );
  }
  if (!isPlaylist(media) && !media.endsWith('/'))
    throw invalid('The recording’s address ends with a slash or with .m3u8.');
  if (!isPlaylist(media) && packagerKeys.length === 0)
    throw invalid('A package needs packagerKeys, so that nobody else’s recording is played.');
  if (audit === 'callback' && !hasAccessCallback)
    throw invalid('With audit set to callback there must be an onAccessEvent that keeps the record.');
}

const invalid = (message: string): SecureCallError => new SecureCallError('setup_invalid', message);
