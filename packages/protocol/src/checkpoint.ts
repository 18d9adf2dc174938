import { type Bytes, fromBase64, isBase64, toBase64 } from './bytes.ts';
import { SecureCallError } from './errors.ts';
import { type NoteSigner, type NoteVerifier, openNoteOfAny, signNote } from './signed-note.ts';

/** The head of a tenant's log at one size. */
export interface Checkpoint {
  /** How many records it covers. */
  readonly size: number;
  /** Merkle tree hash over the records' hashes, 32 bytes. */
  readonly root: Bytes;
}

/** The name of a tenant's log (C2SP tlog-checkpoint "origin"), which its key signs under. */
export function checkpointOrigin(publicUrl: string, tenant: string): string {
  const { host, pathname } = new URL(publicUrl);
  // Neither spaces nor plus signs may stand in the name of a key.
  return `${host}${pathname.replace(/\/+$/, '')}/${encodeURIComponent(tenant)}`.replaceAll('+', '%2B');
}

/** The tenant whose log has this origin. */
export const tenantOfOrigin = (origin: string): string =>
  decodeURIComponent(origin.slice(origin.lastIndexOf('/') + 1));

/** Signs a checkpoint (C2SP tlog-checkpoint); its origin is the signer's name. */
export const signCheckpoint = ({ size, root }: Checkpoint, signer: NoteSigner): Promise<string> =>
  signNote(`${signer.name}\n${size}\n${toBase64(root)}\n`, signer);

/**
 * Opens a checkpoint of the log that `verifiers` name.
 * @param verifiers - of one log; any of them may have signed it
 * @throws {SecureCallError} `checkpoint_invalid`
 */
export async function openCheckpoint(
  note: string,
  ...verifiers: readonly [NoteVerifier, ...NoteVerifier[]]
): Promise<Checkpoint> {
  const text = await openNoteOfAny(note, verifiers);
  const [, origin, size, root = ''] = /^([^\n]+)\n(0|[1-9]\d{0,14})\n(.{43}=)\n$/.exec(text) ?? [];
  if (origin !== verifiers[0].name || !isBase64(root))
    throw new SecureCallError('checkpoint_invalid', 'The checkpoint is not one of this log.');
  return { size: Number(size), root: fromBase64(root) };
}
