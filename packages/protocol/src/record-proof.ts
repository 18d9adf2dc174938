import { type AuditRecord, recordHolds } from './audit-record.ts';
import { fromBase64url } from './bytes.ts';
import { openCheckpoint } from './checkpoint.ts';
import { verifyInclusion } from './merkle-proof.ts';
import { leafHash } from './merkle-tree.ts';
import type { NoteVerifier } from './signed-note.ts';

/** One record, and what shows to someone who has nothing else that a checkpoint covers it. */
export interface RecordProof {
  readonly record: AuditRecord;
  /** Hashes from the leaf's sibling up, base64url. */
  readonly path: readonly string[];
  /** As it was signed. */
  readonly checkpoint: string;
}

/**
 * Whether the record is what was hashed and signed.
 * @throws {SecureCallError} `checkpoint_invalid`; `request_invalid` when a hash of the path is none
 */
export async function verifyRecordProof(
  { record, path, checkpoint }: RecordProof,
  ...verifiers: readonly [NoteVerifier, ...NoteVerifier[]]
): Promise<boolean> {
  const { size, root } = await openCheckpoint(checkpoint, ...verifiers);
  if (record.n === null || !(await recordHolds(record))) return false;
  const leaf = await leafHash(fromBase64url(record.hash));
  return verifyInclusion({ leaf, index: record.n, size, path: path.map(fromBase64url) }, root);
}
