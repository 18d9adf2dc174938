import { type Bytes, concat, equalBytes, fromBase64, isBase64, sha256, toBase64, utf8 } from './bytes.ts';
import { SecureCallError } from './errors.ts';

/** Signs notes (C2SP signed-note) under a name. */
export interface NoteSigner {
  /** Neither empty nor with spaces or plus signs. */
  readonly name: string;
  /** Ed25519. */
  readonly privateKey: CryptoKey;
  /** 32 bytes. */
  readonly publicKey: Bytes;
}

/** Whose signature makes a note one that counts. */
export type NoteVerifier = Pick<NoteSigner, 'name' | 'publicKey'>;

/** C2SP signed-note: the type of an Ed25519 key. */
const ED25519 = Uint8Array.of(1);
const KEY_ID_BYTES = 4;
const NAME = /^[^\s+]+$/;

/** C2SP signed-note: the first bytes of SHA-256(name, newline, type, public key). */
async function keyIdOf({ name, publicKey }: NoteVerifier): Promise<Bytes> {
  const digest = await sha256(concat(utf8(`${name}\n`), ED25519, publicKey));
  return digest.slice(0, KEY_ID_BYTES);
}

/** The public half as a line, `name+key id+key` (a "vkey"), to be pinned by whoever checks notes. */
export async function formatNoteVerifier(verifier: NoteVerifier): Promise<string> {
  const id = Array.from(await keyIdOf(verifier), byte => byte.toString(16).padStart(2, '0')).join('');
  return `${verifier.name}+${id}+${toBase64(concat(ED25519, verifier.publicKey))}`;
}

/** Reads such a line. @throws {SecureCallError} `key_invalid` */
export async function parseNoteVerifier(line: string): Promise<NoteVerifier> {
  const [, name, key] = /^([^\s+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]{44})$/.exec(line) ?? [];
  const verifier = name !== undefined && key !== undefined && { name, publicKey: fromBase64(key).slice(1) };
  if (verifier && (await formatNoteVerifier(verifier)) === line) return verifier;
  throw new SecureCallError('key_invalid', 'This is not a line of "secure-call audit key".');
}

/** Signs a text that ends in a newline. @throws {SecureCallError} `key_invalid` when the name cannot stand in a note */
export async function signNote(text: string, signer: NoteSigner): Promise<string> {
  if (!NAME.test(signer.name)) throw new SecureCallError('key_invalid', 'The name cannot sign a note.');
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', signer.privateKey, utf8(text)));
  return `${text}\n— ${signer.name} ${toBase64(concat(await keyIdOf(signer), signature))}\n`;
}

/**
 * Opens a note that `verifier` has signed; others may have signed it too.
 * @returns its text
 * @throws {SecureCallError} `checkpoint_invalid`
 */
export async function openNote(note: string, verifier: NoteVerifier): Promise<string> {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const signatures = note.slice(end + 2).split('\n');
  if (end === -1 || signatures.pop() !== '') throw invalid('is not a signed note');
  const id = await keyIdOf(verifier);
  for (const line of signatures) {
    const signature = signatureIn(line, verifier.name, id);
    if (signature && (await verifies(text, signature, verifier))) return text;
  }
  throw invalid('is not signed by the key that was named');
}

/**
 * `openNote` with whichever of several keys the note names.
 * @throws {SecureCallError} `checkpoint_invalid`
 */
export async function openNoteOfAny(
  note: string,
  verifiers: readonly [NoteVerifier, ...NoteVerifier[]],
): Promise<string> {
  for (const verifier of verifiers) if (await namesKey(note, verifier)) return openNote(note, verifier);
  return openNote(note, verifiers[0]);
}

/** Whether a note says that this key has signed it, be that true or not. */
export async function namesKey(note: string, verifier: NoteVerifier): Promise<boolean> {
  const id = await keyIdOf(verifier);
  return note.split('\n').some(line => signatureIn(line, verifier.name, id) !== undefined);
}

/** The signature of a line that is by this key. */
function signatureIn(line: string, name: string, id: Bytes): Bytes | undefined {
  const start = `— ${name} `;
  const encoded = line.slice(start.length);
  if (!line.startsWith(start) || !isBase64(encoded)) return undefined;
  const bytes = fromBase64(encoded);
  return equalBytes(bytes.slice(0, KEY_ID_BYTES), id) ? bytes.slice(KEY_ID_BYTES) : undefined;
}

async function verifies(text: string, signature: Bytes, { publicKey }: NoteVerifier): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, signature, utf8(text));
}

const invalid = (why: string): SecureCallError =>
  new SecureCallError('checkpoint_invalid', `The checkpoint ${why}.`);
