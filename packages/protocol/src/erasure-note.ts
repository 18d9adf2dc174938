import { SecureCallError } from './errors.ts';
import { type CallId, callIdSchema } from './identifiers.ts';
import { parse } from './parse.ts';
import { type NoteSigner, type NoteVerifier, openNoteOfAny, signNote } from './signed-note.ts';

/** A call whose keys were destroyed. */
export interface ErasureNote {
  readonly call: CallId;
  /** ISO 8601. */
  readonly erasedAt: string;
}

/** What no checkpoint has in its second line. */
const KIND = 'secure-call/1 erased';

/** Signs that a call of the signer's log was erased (C2SP signed-note). */
export const signErasure = ({ call, erasedAt }: ErasureNote, signer: NoteSigner): Promise<string> =>
  signNote(`${signer.name}\n${KIND}\n${call}\n${erasedAt}\n`, signer);

/**
 * Opens what `signErasure` signed.
 * @param verifiers - of one log; any of them may have signed it
 * @throws {SecureCallError} `checkpoint_invalid`
 */
export async function openErasure(
  note: string,
  ...verifiers: readonly [NoteVerifier, ...NoteVerifier[]]
): Promise<ErasureNote> {
  const text = await openNoteOfAny(note, verifiers);
  const [origin, kind, call, erasedAt = '', ...rest] = text.split('\n');
  if (origin !== verifiers[0].name || kind !== KIND || rest.length !== 1 || rest[0] !== '')
    throw new SecureCallError('checkpoint_invalid', 'The note is not one of an erasure of this log.');
  return { call: parse(callIdSchema, call, 'call id', 'checkpoint_invalid'), erasedAt };
}
