import { flattenedDecrypt, GeneralEncrypt, generalDecrypt, importJWK, type JWK } from 'jose';
import * as v from 'valibot';
import { type Bytes, fromBase64url, toBase64url, utf8 } from './bytes.ts';
import { SecureCallError } from './errors.ts';
import { type ArchiveAlgorithm, asArchiveAlgorithm } from './key-file.ts';
import type { Registration } from './registration.ts';

/** A JWE in general JSON serialization (RFC 7516 section 7.2.1). */
export const sealedKeySchema: v.GenericSchema<unknown, SealedKey> = v.looseObject({
  protected: v.string(),
  aad: v.string(),
  iv: v.string(),
  ciphertext: v.string(),
  tag: v.string(),
  recipients: v.pipe(
    v.array(
      v.looseObject({
        encrypted_key: v.exactOptional(v.string()),
        header: v.exactOptional(v.record(v.string(), v.unknown())),
      }),
    ),
    v.minLength(1),
    v.maxLength(8),
  ),
});

export interface SealedKey {
  readonly protected: string;
  /** Base64url of what the key is bound to. */
  readonly aad: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
  /** The content key, encrypted once for each archive key. */
  readonly recipients: readonly SealedKeyRecipient[];
}

export interface SealedKeyRecipient {
  readonly encrypted_key?: string;
  /** `alg` and `kid` of the archive key. Nothing protects it: it helps to find a key and is not believed. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** What a sealed key is bound to; the JWE `aad` is the compact JSON of these in this order. */
export type KeyBinding = Pick<Registration, 'tenant' | 'call' | 'rev' | 'manifestSha256'>;

function bindingBytes({ tenant, call, rev, manifestSha256 }: KeyBinding): Bytes {
  return utf8(JSON.stringify({ tenant, call, rev, manifestSha256 }));
}

/**
 * Seals 32 bytes to archive keys.
 * @param recipients - public archive keys; any one of their private halves opens it
 * @throws {SecureCallError} `key_invalid`
 */
export async function sealKey(
  key: Bytes,
  binding: KeyBinding,
  recipients: readonly JWK[],
): Promise<SealedKey> {
  // A key of another length could be sealed, but never be opened again.
  if (key.length !== 32)
    throw new SecureCallError('key_invalid', 'A call key and a watermark seed have 32 bytes.');
  const jwe = new GeneralEncrypt(key)
    .setProtectedHeader({ enc: 'A256GCM' })
    .setAdditionalAuthenticatedData(bindingBytes(binding));
  for (const jwk of recipients) {
    const alg = archiveAlgorithm(jwk);
    jwe.addRecipient(await importJWK(jwk, alg)).setUnprotectedHeader({ alg, kid: jwk.kid ?? '' });
  }
  return v.parse(sealedKeySchema, await jwe.encrypt());
}

/** The `kid`s of the archive keys that a key says it is sealed to. */
export const recipientIds = ({ recipients }: SealedKey): readonly string[] => recipients.map(idOf);

const idOf = ({ header }: SealedKeyRecipient): string =>
  typeof header?.['kid'] === 'string' ? header['kid'] : '';

/**
 * Opens a sealed key with a private archive key.
 * @returns 32 bytes
 * @throws {SecureCallError} `registration_invalid` when it is not sealed to this key, or bound to something else
 */
export async function openSealedKey(sealed: SealedKey, binding: KeyBinding, archiveKey: JWK): Promise<Bytes> {
  assertBound(sealed, binding);
  return openContent(async () => {
    const alg = archiveAlgorithm(archiveKey);
    return generalDecrypt(withRecipients(sealed), await importJWK(archiveKey, alg), {
      // The key says how it opens, never the header.
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
  });
}

/**
 * Opens the encrypted key of a JWE (RFC 7516 section 5.2, step 10) where the private key is and stays.
 * @returns the content key
 */
export type OpenEncryptedKey = (encryptedKey: Bytes) => Promise<Bytes>;

/**
 * Opens a key sealed by RSA-OAEP-256 without its private archive key. Only what names this key and is as long as its modulus is
 * given to `open`, whose errors pass through.
 * @param publicKey - of the archive key, with `kid`
 * @returns 32 bytes
 * @throws {SecureCallError} `registration_invalid` when it is not sealed to this key, or bound to something else
 */
export async function openSealedKeyBy(
  sealed: SealedKey,
  binding: KeyBinding,
  publicKey: JWK,
  open: OpenEncryptedKey,
): Promise<Bytes> {
  assertBound(sealed, binding);
  const recipient = sealed.recipients.find(candidate => idOf(candidate) === publicKey.kid);
  const encryptedKey = bytesOrNone(recipient?.encrypted_key);
  if (archiveAlgorithm(publicKey) !== 'RSA-OAEP-256' || encryptedKey.length !== modulusBytes(publicKey))
    throw notSealed();
  const contentKey = await open(encryptedKey);
  try {
    const { protected: header, aad, iv, ciphertext, tag } = sealed;
    // To jose it is a JWE whose content key both sides have.
    const direct = { protected: header, aad, iv, ciphertext, tag, header: { alg: 'dir' } };
    return await openContent(() =>
      flattenedDecrypt(direct, contentKey, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      }),
    );
  } finally {
    contentKey.fill(0);
  }
}

async function openContent(decrypt: () => Promise<{ readonly plaintext: Uint8Array }>): Promise<Bytes> {
  try {
    const { plaintext } = await decrypt();
    if (plaintext.length === 32) return new Uint8Array(plaintext);
  } catch (cause) {
    throw notSealed(cause);
  }
  throw invalid('The sealed key has the wrong length.');
}

function assertBound({ aad }: SealedKey, binding: KeyBinding): void {
  if (aad !== toBase64url(bindingBytes(binding))) throw invalid('The sealed key belongs to another call.');
}

/** jose wants lists that it could change. */
const withRecipients = (sealed: SealedKey) => ({
  ...sealed,
  recipients: sealed.recipients.map(recipient => ({ ...recipient })),
});

const modulusBytes = ({ n }: JWK): number => bytesOrNone(n).length;

function bytesOrNone(text: string | undefined): Bytes {
  try {
    return fromBase64url(text ?? '');
  } catch {
    return new Uint8Array(0);
  }
}

function archiveAlgorithm({ alg }: JWK): ArchiveAlgorithm {
  const known = asArchiveAlgorithm(alg);
  if (known) return known;
  throw new SecureCallError('key_invalid', 'This is not an archive key.');
}

const notSealed = (cause?: unknown): SecureCallError =>
  invalid('The call key is not sealed to this archive key.', cause);

const invalid = (message: string, cause?: unknown): SecureCallError =>
  new SecureCallError('registration_invalid', message, { cause });
