import {
  type Bytes,
  claimedTenant,
  createRegistration,
  generateKey,
  type KeyBinding,
  type KeyPair,
  openSealedKey,
  parseManifest,
  pinKey,
  type PinnedKey,
  randomBytes,
  type Registration,
  REGISTRATION_TYP,
  type SealedKey,
  sha256Base64url,
  toBase64url,
  utf8,
  verifyRegistration,
} from '@secure-call/protocol';
import { GeneralEncrypt, importJWK } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import vector from '../../vectors/registration.json' with { type: 'json' };
import { toHex } from './hex.ts';
import { refusal, refusalOf } from './refusal.ts';
import { type ManifestJson, manifestJson } from './sample.ts';
import { importSigner, signCompact, withBrokenSignature } from './sign-compact.ts';

let packager: KeyPair;
let archive: KeyPair;
let signer: CryptoKey;
let pinned: readonly PinnedKey[];

beforeAll(async () => {
  packager = await generateKey('packager');
  archive = await generateKey('archive');
  signer = await importSigner(packager.privateJwk);
  pinned = [pinKey(packager.publicJwk)];
});

const hashes = randomBytes(12 * 32);
const callKey = randomBytes(32);
const watermarkSeed = randomBytes(32);

async function manifestBytes(change: Partial<ManifestJson> = {}): Promise<Bytes> {
  const json = { ...manifestJson(), hashPages: [await sha256Base64url(hashes)], ...change };
  return utf8(JSON.stringify(json));
}

async function register(change: object = {}): Promise<string> {
  return createRegistration({
    manifest: await manifestBytes(),
    firstHashes: hashes,
    callKey,
    watermarkSeed,
    recipients: [archive.publicJwk],
    signer: packager.privateJwk,
    ...change,
  });
}

/** The registration with one field changed, signed again by the genuine packager. */
async function signed(change: (registration: Registration) => object): Promise<string> {
  const { registration } = await verifyRegistration(await register(), pinned);
  const header = { alg: 'ES256', kid: packager.publicJwk.kid, typ: REGISTRATION_TYP };
  return signCompact(header, { ...registration, ...change(registration) }, signer);
}

const verdict = (jws: string, keys: readonly PinnedKey[] = pinned): Promise<string> =>
  refusal(() => verifyRegistration(jws, keys));

test('vector: verified, and opened with either archive key', async () => {
  expect(claimedTenant(vector.jws)).toBe('region-x');
  const { registration, manifest } = await verifyRegistration(vector.jws, [pinKey(vector.packager)]);
  expect(manifest.packageId).toBe(registration.packageId);
  const { tenant, call, rev, manifestSha256 } = registration;
  expect(JSON.stringify({ tenant, call, rev, manifestSha256 })).toBe(vector.aad);
  for (const key of vector.archives) {
    expect(toHex(await openSealedKey(registration.jwe, registration, key))).toBe(vector.callKey);
    expect(toHex(await openSealedKey(registration.seedJwe, registration, key))).toBe(vector.watermarkSeed);
  }
});

test('what a packager registers is verified and opened', async () => {
  const second = await generateKey('archive');
  const jws = await register({ recipients: [archive.publicJwk, second.publicJwk] });
  const { registration, manifest } = await verifyRegistration(jws, pinned);
  expect(registration).toMatchObject({
    tenant: manifest.tenant,
    call: manifest.call,
    rev: manifest.rev,
    packageId: manifest.packageId,
    firstHashes: toBase64url(hashes),
  });
  for (const { privateJwk } of [archive, second]) {
    expect(await openSealedKey(registration.jwe, registration, privateJwk)).toEqual(callKey);
    expect(await openSealedKey(registration.seedJwe, registration, privateJwk)).toEqual(watermarkSeed);
  }
});

test('neither key nor seed stands in a registration', async () => {
  const jws = await register();
  const text = atob((jws.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
  for (const secret of [callKey, watermarkSeed]) expect(text).not.toContain(toBase64url(secret));
});

test('only the tenant’s packager is believed', async () => {
  const jws = await register();
  const stranger = await generateKey('packager');
  expect(await verdict(jws)).toBe('accepted');
  expect(await verdict(jws, [])).toBe('registration_invalid');
  expect(await verdict(jws, [pinKey(stranger.publicJwk)])).toBe('registration_invalid');
  expect(await verdict(withBrokenSignature(jws))).toBe('registration_invalid');
  const header = { alg: 'ES256', kid: packager.publicJwk.kid, typ: 'secure-call-grant+jwt' };
  const { registration } = await verifyRegistration(jws, pinned);
  expect(await verdict(await signCompact(header, registration, signer))).toBe('registration_invalid');
});

const otherId = toBase64url(new Uint8Array(16));

test.each<[string, (registration: Registration) => object]>([
  ['another tenant', () => ({ tenant: 'region-y' })],
  ['another call', () => ({ call: otherId })],
  ['another revision', () => ({ rev: 2 })],
  ['another package', () => ({ packageId: otherId })],
  ['another hash', () => ({ manifestSha256: toBase64url(new Uint8Array(32)) })],
  ['another manifest', ({ manifest }) => ({ manifest: `${manifest.slice(0, -4)}AAAA` })],
  ['a manifest that is not base64url', () => ({ manifest: '*' })],
  ['a manifest that is too large', () => ({ manifest: 'A'.repeat(256 * 1024 + 1) })],
  ['other hashes', () => ({ firstHashes: toBase64url(randomBytes(12 * 32)) })],
  ['hashes that are too long', () => ({ firstHashes: 'A'.repeat(10_924) })],
  ['no sealed key', () => ({ jwe: undefined })],
  ['no sealed seed', () => ({ seedJwe: undefined })],
  ['a sealed key without recipients', ({ jwe }) => ({ jwe: { ...jwe, recipients: [] } })],
  [
    'a sealed key with too many recipients',
    ({ jwe }) => ({ jwe: { ...jwe, recipients: Array.from({ length: 9 }, () => ({})) } }),
  ],
  ['a sealed key without aad', ({ jwe }) => ({ jwe: { ...jwe, aad: undefined } })],
  ['revision 0', () => ({ rev: 0 })],
  ['something more', () => ({ more: 1 })],
])('a registration with %s is refused, whoever signed it', async (_, change) => {
  expect(await verdict(await signed(change))).toBe('registration_invalid');
});

test('a genuine manifest that is too large is refused', async () => {
  const text = `${new TextDecoder().decode(await manifestBytes())}${' '.repeat(200 * 1024)}`;
  const { tenant, call, rev, packageId } = parseManifest(utf8(text));
  const manifest = toBase64url(utf8(text));
  const names = { tenant, call, rev, packageId };
  const change = { ...names, manifest, manifestSha256: await sha256Base64url(text) };
  expect(await verdict(await signed(() => change))).toBe('registration_invalid');
});

test('a genuine hash over a manifest that is not acceptable is refused', async () => {
  const bytes = await manifestBytes({ tracks: [] });
  const change = { manifest: toBase64url(bytes), manifestSha256: await sha256Base64url(bytes) };
  expect(await verdict(await signed(() => change))).toBe('registration_invalid');
});

test('a registration that is too large is refused before anything is parsed', async () => {
  const error = await refusalOf(() => verifyRegistration('a'.repeat(512 * 1024 + 1), pinned));
  expect(error?.message).toBe('The secure-call-registration+jws is too large.');
});

test('the claimed tenant is read without trust, and only from what could be a registration', async () => {
  expect(claimedTenant(await register())).toBe('region-x');
  const payload = (value: unknown): string => `a.${toBase64url(utf8(JSON.stringify(value)))}.a`;
  for (const jws of ['', 'a', payload({}), payload({ tenant: 7 }), payload([]), payload({ tenant: '' })])
    expect(await refusal(() => claimedTenant(jws))).toBe('registration_invalid');
  const large = payload({ tenant: 'region-x', filler: 'a'.repeat(512 * 1024) });
  expect(await refusal(() => claimedTenant(large))).toBe('registration_invalid');
});

async function sealed(): Promise<{ jwe: SealedKey; binding: KeyBinding }> {
  const { registration } = await verifyRegistration(await register(), pinned);
  return { jwe: registration.jwe, binding: registration };
}

test('a sealed key opens for its own call only', async () => {
  const { jwe, binding } = await sealed();
  const open = (place: KeyBinding, from: SealedKey = jwe): Promise<string> =>
    refusal(() => openSealedKey(from, place, archive.privateJwk));
  expect(await open(binding)).toBe('accepted');
  const moved: KeyBinding[] = [
    { ...binding, tenant: 'region-y' },
    { ...binding, rev: binding.rev + 1 },
    { ...binding, manifestSha256: toBase64url(new Uint8Array(32)) },
  ];
  for (const place of moved) {
    expect(await open(place)).toBe('registration_invalid');
    // Writing the other binding into the JWE does not help: it is authenticated.
    const { tenant, call, rev, manifestSha256 } = place;
    const aad = toBase64url(utf8(JSON.stringify({ tenant, call, rev, manifestSha256 })));
    expect(await open(place, { ...jwe, aad })).toBe('registration_invalid');
  }
});

test('a sealed key opens for its archive key only, and not when it was changed', async () => {
  const { jwe, binding } = await sealed();
  const stranger = await generateKey('archive');
  expect(await refusal(() => openSealedKey(jwe, binding, stranger.privateJwk))).toBe('registration_invalid');
  const [recipient] = jwe.recipients;
  const spoiled: SealedKey[] = [
    { ...jwe, ciphertext: toBase64url(new Uint8Array(32)) },
    { ...jwe, tag: toBase64url(new Uint8Array(16)) },
    { ...jwe, iv: toBase64url(new Uint8Array(12)) },
    { ...jwe, protected: '' },
    { ...jwe, recipients: [{ ...recipient, encrypted_key: toBase64url(new Uint8Array(40)) }] },
  ];
  for (const other of spoiled)
    expect(await refusal(() => openSealedKey(other, binding, archive.privateJwk))).toBe(
      'registration_invalid',
    );
});

/** Seals as a packager of another make might. */
async function sealOfAnyLength(length: number, binding: KeyBinding): Promise<SealedKey> {
  const { tenant, call, rev, manifestSha256 } = binding;
  const jwe = new GeneralEncrypt(randomBytes(length))
    .setProtectedHeader({ enc: 'A256GCM' })
    .setAdditionalAuthenticatedData(utf8(JSON.stringify({ tenant, call, rev, manifestSha256 })));
  jwe
    .addRecipient(await importJWK(archive.publicJwk, 'ECDH-ES+A256KW'))
    .setUnprotectedHeader({ alg: 'ECDH-ES+A256KW' });
  return (await jwe.encrypt()) as SealedKey;
}

test('a sealed key of another length is neither made nor opened', async () => {
  const { registration } = await verifyRegistration(await register(), pinned);
  for (const length of [0, 16, 31, 33]) {
    expect(await refusal(() => register({ callKey: randomBytes(length) }))).toBe('key_invalid');
    expect(await refusal(() => register({ watermarkSeed: randomBytes(length) }))).toBe('key_invalid');
    const sealed = await sealOfAnyLength(length, registration);
    const error = await refusalOf(() => openSealedKey(sealed, registration, archive.privateJwk));
    expect(error?.message).toBe('The sealed key has the wrong length.');
  }
});

test('a key that is sealed or opened by another algorithm is no archive key', async () => {
  const other = { ...archive.publicJwk, alg: 'ECDH-ES+A128KW' };
  expect(await refusal(() => register({ recipients: [other] }))).toBe('key_invalid');
  const { jwe, binding } = await sealed();
  const key = { ...archive.privateJwk, alg: 'ECDH-ES+A128KW' };
  expect(await refusal(() => openSealedKey(jwe, binding, key))).toBe('registration_invalid');
});

test('vector: only A256GCM opens', async () => {
  const { registration } = await verifyRegistration(vector.jws, [pinKey(vector.packager)]);
  for (const key of vector.archives)
    expect(await refusal(() => openSealedKey(vector.refusedJwe, registration, key))).toBe(
      'registration_invalid',
    );
});

test('what is no manifest is not registered', async () => {
  expect(await refusal(async () => register({ manifest: utf8('{}') }))).toBe('request_invalid');
});
