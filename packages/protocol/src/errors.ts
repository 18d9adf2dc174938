/** HTTP status of every code the key service answers with (RFC 9457 problem details carry the code). */
export const serviceErrorStatus = {
  /** The grant was redeemed before, or by another key. */
  grant_used: 409,
  /** The grant is older than it may be. */
  grant_expired: 401,
  /** Signature, issuer, audience or claims of the grant are not acceptable. */
  grant_invalid: 401,
  /** The role token of an auditor or privacy officer is missing or not acceptable. */
  token_invalid: 401,
  /** The DPoP proof does not fit the request (RFC 9449 section 4.3). */
  proof_invalid: 401,
  /** The proof needs the nonce that comes with this answer (RFC 9449 section 8). */
  use_dpop_nonce: 401,
  /** No such call for this tenant. */
  call_unknown: 404,
  /** The call's keys were destroyed. */
  call_erased: 410,
  /** The grant or the role does not cover what was asked for. */
  not_permitted: 403,
  /** This lease number was used with other parameters. */
  lease_conflict: 409,
  /** Two different events carry the same number. */
  event_fork: 409,
  /** An event is missing before this one. */
  event_gap: 409,
  /** Too many unlocked seconds without a report of what was played. */
  events_required: 428,
  session_expired: 410,
  session_revoked: 410,
  /** More seconds were asked for than time has passed. */
  rate_limited: 429,
  /** The record cannot be written, so no key is released. */
  audit_unavailable: 503,
  /** What holds the archive key does not open the call key now. */
  archive_unavailable: 503,
  /** The request is malformed or too large. */
  request_invalid: 400,
  /** The registration's signature or content is not acceptable. */
  registration_invalid: 403,
  /** Another package already holds this revision of the call. */
  registration_conflict: 409,
  /** This service searches no copies: it has nothing to decode them with. */
  trace_unavailable: 501,
  /** No such address on this service. */
  not_found: 404,
} as const satisfies Record<string, number>;

export type ServiceErrorCode = keyof typeof serviceErrorStatus;

/** What the player reports besides the service's own codes. */
export type PlayerErrorCode =
  /** The browser lacks what is needed to keep the sound sealed. */
  | 'unsupported'
  /** The page that embeds the player is set up wrongly: an address, the worker file. */
  | 'setup_invalid'
  /** The host's `authorize` gave no grant. */
  | 'authorize_failed'
  /** The key service cannot be reached. */
  | 'service_unreachable'
  /** The storage does not deliver the recording. */
  | 'media_unavailable'
  /** What storage delivered is not what was sealed. */
  | 'integrity_failed'
  /** The required watermark cannot be put in. */
  | 'watermark_degraded'
  /** The sound device or the media engine failed. */
  | 'playback_failed'
  /** The player was destroyed. */
  | 'destroyed';

/** What the packager reports. */
export type PackagerErrorCode =
  /** The file cannot be read, or is not a recording. */
  | 'recording_unreadable'
  /** The recording holds no sound. */
  | 'recording_empty'
  /** The recording ends before its header says. */
  | 'recording_truncated'
  /** The recording's format or codec is not supported. */
  | 'recording_unsupported'
  /** The transcript or the details cannot be read. */
  | 'attachment_invalid'
  /** The package read back is not what was put in. */
  | 'package_verification_failed'
  /** The package cannot be read. */
  | 'package_unreadable'
  /** The target cannot be written. */
  | 'storage_failed'
  /** The key service did not take the registration. */
  | 'registration_refused'
  /** A key file is missing, malformed or of the wrong kind. */
  | 'key_invalid'
  /** The command line or the configuration is not usable. */
  | 'configuration_invalid'
  /** A checkpoint of the access record is malformed or not by the key that is trusted. */
  | 'checkpoint_invalid'
  /** An export of the access record cannot be read. */
  | 'export_unreadable'
  | 'aborted';

export type SecureCallErrorCode = ServiceErrorCode | PlayerErrorCode | PackagerErrorCode;

const retryableCodes: ReadonlySet<SecureCallErrorCode> = new Set<SecureCallErrorCode>([
  'rate_limited',
  'audit_unavailable',
  'archive_unavailable',
  'service_unreachable',
  'media_unavailable',
  'use_dpop_nonce',
]);

export interface SecureCallErrorOptions {
  readonly cause?: unknown;
}

/**
 * The one error of the project. `message` is words a person can act on and holds no token, key, call or name;
 * callers switch on `code`.
 */
export class SecureCallError extends Error {
  override readonly name = 'SecureCallError';
  readonly code: SecureCallErrorCode;

  constructor(code: SecureCallErrorCode, message: string, options: SecureCallErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }

  /** Whether the same request may succeed later without anyone changing anything. */
  get retryable(): boolean {
    return retryableCodes.has(this.code);
  }
}

export const isServiceErrorCode = (code: string): code is ServiceErrorCode =>
  Object.hasOwn(serviceErrorStatus, code);

/** Keeps our errors and wraps every other one, so that nothing foreign reaches a person or a log. */
export const asSecureCallError = (
  error: unknown,
  code: SecureCallErrorCode,
  message: string,
): SecureCallError =>
  error instanceof SecureCallError ? error : new SecureCallError(code, message, { cause: error });
