import type { Generated } from 'kysely';

/** One registered packaging of a call. */
export interface CallTable {
  tenant: string;
  call: string;
  rev: number;
  package_id: string;
  /** Base64url of the manifest's exact bytes. */
  manifest: string;
  manifest_sha256: string;
  first_hashes: string;
  /** The sealed call key as JSON; null once the call is erased. */
  jwe: string | null;
  /** The sealed seed of the forensic watermark as JSON; kept when the call is erased. */
  seed_jwe: string;
  registered_at: number;
}

/** Calls that were erased, also such as were never registered here: a back-up that was put back may be older than they are. */
export interface ErasureTable {
  tenant: string;
  call: string;
}

/** One listening session. The unique (iss, grant_jti) is what burns a grant. */
export interface SessionTable {
  sid: string;
  tenant: string;
  iss: string;
  sub: string;
  call: string;
  rev: number;
  unit: string;
  /** Keyed hash of the patient's pseudonym. */
  patient: string;
  /** The grant's claims as JSON. */
  claims: string;
  grant_jti: string;
  grant_sha256: string;
  jkt: string;
  /** The device's public signing key as JSON. */
  device_jwk: string;
  device_ecdh: string;
  epk: string;
  /** Private half of `epk`, sealed under the service's key. */
  epk_sealed: string;
  watermark_id: number;
  pace_id: number;
  started_at: number;
  expires_at: number;
  ended_at: number | null;
  ended_why: SessionEnd | null;
  last_event_seq: number;
  last_event_sha256: string;
  /** Number of the event whose absence was recorded last; 0 = none. */
  gap_recorded_seq: number;
  /** Audio windows leased since the player last reported what it played. */
  unexplained_windows: number;
}

export type SessionEnd = 'closed' | 'revoked' | 'expired' | 'erased';

/** One lease; `request_*` decide whether a repetition is the same. */
export interface LeaseTable {
  sid: string;
  lease_seq: number;
  request_from: number;
  /** Track names as the request gave them, sorted, joined by commas. */
  request_tracks: string;
  from_seconds: number;
  to_seconds: number;
  /** Null where the lease holds no audio. */
  first_index: number | null;
  last_index: number | null;
  rev: number;
  pace_id: number;
  issued_at: number;
}

/** One token bucket per (tenant, iss, sub, call). */
export interface PaceTable {
  id: Generated<number>;
  tenant: string;
  iss: string;
  sub: string;
  call: string;
  /** Seconds of the recording that may be unlocked now. */
  seconds_left: number;
  updated_at: number;
}

/** Hashes of the access events that were appended, to tell a repetition from a fork. */
export interface EventTable {
  sid: string;
  event_seq: number;
  sha256: string;
}

/** Proofs seen, until their nonce is too old anyway. */
export interface ProofTable {
  jkt: string;
  jti: string;
  expires_at: number;
}

/** Counts the revocations of a tenant. */
export interface EpochTable {
  tenant: string;
  epoch: number;
}

/**
 * The access record; rows are never deleted, and nothing of them changes but that body and salt become null together once they are old
 * enough (triggers refuse everything else).
 */
export interface AuditTable {
  /** Order in which records were committed, for those who follow. */
  store_order: Generated<number>;
  tenant: string;
  /** The session's id, or empty for the tenant's own chain. */
  chain: string;
  seq: number;
  received_at: string;
  author: 'server' | 'client';
  type: string;
  actor: string | null;
  unit: string | null;
  patient: string | null;
  call: string | null;
  /** JSON; null, as the salt, once retention has deleted it. */
  body: string | null;
  salt: string | null;
  body_hash: string;
  prev: string;
  hash: string;
}

/** The latest review of an access; each one stands in the record. */
export interface ReviewTable {
  tenant: string;
  /** Place of the access in the order of commits. */
  n: number;
  outcome: ReviewOutcome;
  reviewed_at: number;
}

/** followUp: it stays in the queue. */
export type ReviewOutcome = 'justified' | 'unjustified' | 'followUp';
/** Complete subtrees of the Merkle trees over the tenants' logs; rows are never changed or deleted. */
export interface AuditNodeTable {
  tenant: string;
  level: number;
  /** Counts the subtrees of a level from 0: at level 0 it is the record's number `n`. */
  place: number;
  /** Base64url. */
  hash: string;
  /** The record, at level 0. */
  store_order: number | null;
}

/** Signed heads of the tenants' logs; rows are never changed or deleted. */
export interface CheckpointTable {
  tenant: string;
  /** How many records it covers. */
  size: number;
  note: string;
  /** Where the last of them stands in the order in which records settle; its `store_order` decides between equals. */
  last_settling: string;
  last_order: number;
}

/** How far a tenant's record has come to its audit repository. */
export interface DeliveryTable {
  tenant: string;
  /** The last record that is behind it, as in `CheckpointTable`; null before the first. */
  last_settling: string | null;
  last_order: number;
  /** Who delivers now; empty when nobody does. */
  claimed_by: string;
  /** Until then nobody else does. */
  claimed_until: number;
}

/** One row, rewritten by every readiness check: ready means that the store can commit. */
export interface ReadinessTable {
  id: number;
  checked_at: number;
}

/** Times are milliseconds since the epoch unless a column says otherwise. */
export interface Schema {
  call: CallTable;
  erasure: ErasureTable;
  session: SessionTable;
  lease: LeaseTable;
  event: EventTable;
  pace: PaceTable;
  proof: ProofTable;
  epoch: EpochTable;
  audit: AuditTable;
  review: ReviewTable;
  audit_node: AuditNodeTable;
  checkpoint: CheckpointTable;
  delivery: DeliveryTable;
  readiness: ReadinessTable;
}
