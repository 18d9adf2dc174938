import { CompactSign, type JWK } from 'jose';
import * as v from 'valibot';
import { type Bytes, fromBase64url, sha256Base64url, toBase64url, utf8 } from './bytes.ts';
import { SecureCallError } from './errors.ts';
import { callIdSchema, digestSchema, nameSchema, packageIdSchema } from './identifiers.ts';
import { HASH_PAGE_BYTES, type Manifest, openManifest, parseManifest, verifyHashPage } from './manifest.ts';
import { parseJson } from './parse.ts';
import { type PinnedKey, verifyPinnedJws } from './pinned-jws.ts';
import { sealedKeySchema, sealKey } from './sealed-key.ts';
import { importSigningKey } from './signing-key.ts';

export const REGISTRATION_TYP = 'secure-call-registration+jws';
/** A registration carries a manifest and one page of hashes: far below this. */
export const MAX_REGISTRATION_BYTES: number = 512 * 1024;

const registrationSchema = v.strictObject({
  tenant: nameSchema,
  call: callIdSchema,
  rev: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff)),
  packageId: packageIdSchema,
  /** Base64url of the manifest's exact bytes. */
  manifest: v.pipe(v.string(), v.maxLength(256 * 1024)),
  manifestSha256: digestSchema,
  /** Page 0 of hashes.bin, so that a session answer can carry it without the service reading storage. */
  firstHashes: v.pipe(v.string(), v.maxLength(Math.ceil((HASH_PAGE_BYTES * 4) / 3))),
  /** The call key, sealed to the archive keys. */
  jwe: sealedKeySchema,
  /** The seed of the forensic watermark, sealed likewise; kept when the call is erased. */
  seedJwe: sealedKeySchema,
});

export type Registration = v.InferOutput<typeof registrationSchema>;

export interface RegistrationInput {
  readonly manifest: Bytes;
  /** Page 0 of hashes.bin. */
  readonly firstHashes: Bytes;
  /** 32 bytes. */
  readonly callKey: Bytes;
  /** 32 bytes. */
  readonly watermarkSeed: Bytes;
  /** Public archive keys; any one of their private halves opens the call key. */
  readonly recipients: readonly JWK[];
  /** The packager's private key. */
  readonly signer: JWK;
}

/** Seals the call key and signs what the key service has to know. The packager cannot open it again. */
export async function createRegistration(input: RegistrationInput): Promise<string> {
  const { tenant, call, rev, packageId } = parseManifest(input.manifest);
  const { kid, key } = await importSigningKey(input.signer);
  const binding = { tenant, call, rev, manifestSha256: await sha256Base64url(input.manifest) };
  const registration: Registration = {
    ...binding,
    packageId,
    manifest: toBase64url(input.manifest),
    firstHashes: toBase64url(input.firstHashes),
    jwe: await sealKey(input.callKey, binding, input.recipients),
    seedJwe: await sealKey(input.watermarkSeed, binding, input.recipients),
  };
  return new CompactSign(utf8(JSON.stringify(registration)))
    .setProtectedHeader({ alg: 'ES256', kid, typ: REGISTRATION_TYP })
    .sign(key);
}

/** A registration whose signature, hashes and manifest have been checked. */
export interface VerifiedRegistration {
  readonly registration: Registration;
  readonly manifest: Manifest;
}

/** Reads the tenant a registration claims, to find that tenant's pinned packager keys. Nothing is verified yet. */
export function claimedTenant(jws: string): string {
  const payload = jws.split('.')[1];
  if (jws.length > MAX_REGISTRATION_BYTES || payload === undefined)
    throw invalid('The registration is malformed.');
  const claimed = v.object({ tenant: nameSchema });
  return parseJson(
    claimed,
    new TextDecoder().decode(fromBase64url(payload)),
    'registration',
    'registration_invalid',
  ).tenant;
}

/**
 * Verifies a registration with the packager keys pinned for its tenant.
 * @throws {SecureCallError} `registration_invalid`
 */
export async function verifyRegistration(
  jws: string,
  packagerKeys: readonly PinnedKey[],
): Promise<VerifiedRegistration> {
  const text = await verifyPinnedJws(jws, {
    typ: REGISTRATION_TYP,
    keys: packagerKeys,
    code: 'registration_invalid',
    maxBytes: MAX_REGISTRATION_BYTES,
  });
  const registration = parseJson(registrationSchema, text, 'registration', 'registration_invalid');
  const manifest = await checkedManifest(registration);
  const same = (['tenant', 'call', 'rev', 'packageId'] as const).every(
    name => manifest[name] === registration[name],
  );
  if (!same) throw invalid('The manifest belongs to another call.');
  return { registration, manifest };
}

async function checkedManifest(registration: Registration): Promise<Manifest> {
  try {
    const manifest = await openManifest(registration.manifest, registration.manifestSha256);
    await verifyHashPage(manifest, 0, fromBase64url(registration.firstHashes));
    return manifest;
  } catch (cause) {
    throw invalid('The registration holds a manifest that is not acceptable.', cause);
  }
}

const invalid = (message: string, cause?: unknown): SecureCallError =>
  new SecureCallError('registration_invalid', message, { cause });
