import {
  generateKey,
  type KeyBinding,
  type KeyPair,
  openSealedKey,
  createRegistration,
  pinKey,
  randomBytes,
  type SealedKey,
  sha256Base64url,
  toBase64url,
  utf8,
  verifyRegistration,
} from '@secure-call/protocol';
import { GeneralEncrypt, importJWK } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { refusal } from './refusal.ts';
import { manifestJson } from './sample.ts';

let elliptic: KeyPair;
let rsa: KeyPair;
let jwe: SealedKey;
let binding: KeyBinding;
const callKey = randomBytes(32);

beforeAll(async () => {
  elliptic = await generateKey('archive');
  rsa = await generateKey('archive', 'RSA-OAEP-256');
  ({ jwe, binding } = await sealTo([elliptic, rsa]));
});

async function sealTo(recipients: readonly KeyPair[]): Promise<{ jwe: SealedKey; binding: KeyBinding }> {
  const packager = await generateKey('packager');
  const firstHashes = randomBytes(12 * 32);
  const manifest = { ...manifestJson(), hashPages: [await sha256Base64url(firstHashes)] };
  const jws = await createRegistration({
    manifest: utf8(JSON.stringify(manifest)),
    firstHashes,
    callKey,
    watermarkSeed: randomBytes(32),
    recipients: recipients.map(({ publicJwk }) => publicJwk),
    signer: packager.privateJwk,
  });
  const { registration } = await verifyRegistration(jws, [pinKey(packager.publicJwk)]);
  return { jwe: registration.jwe, binding: registration };
}

const open = (sealed: SealedKey, { privateJwk }: KeyPair): Promise<string> =>
  refusal(() => openSealedKey(sealed, binding, privateJwk));

test('one sealed key opens with either of two archive keys of different kinds', async () => {
  expect(jwe.recipients).toHaveLength(2);
  for (const { privateJwk } of [elliptic, rsa])
    expect(await openSealedKey(jwe, binding, privateJwk)).toEqual(callKey);
});

test('a single RSA recipient opens too', async () => {
  const single = await sealTo([rsa]);
  expect(await openSealedKey(single.jwe, single.binding, rsa.privateJwk)).toEqual(callKey);
  expect(await refusal(() => openSealedKey(single.jwe, single.binding, elliptic.privateJwk))).toBe(
    'registration_invalid',
  );
});

test('another RSA key opens nothing', async () => {
  expect(await open(jwe, await generateKey('archive', 'RSA-OAEP-256'))).toBe('registration_invalid');
});

test('an encrypted key that was changed in any byte does not open', async () => {
  const [first = {}, second = {}] = jwe.recipients;
  const bytes = Uint8Array.from(
    atob((second.encrypted_key ?? '').replaceAll('-', '+').replaceAll('_', '/')),
    letter => letter.charCodeAt(0),
  );
  for (const position of [0, 1, bytes.length >> 1, bytes.length - 1]) {
    const changed = bytes.slice();
    changed[position] = (changed[position] ?? 0) ^ 1;
    const recipients = [first, { ...second, encrypted_key: toBase64url(changed) }];
    expect(await open({ ...jwe, recipients }, rsa)).toBe('registration_invalid');
    expect(await open({ ...jwe, recipients }, elliptic)).toBe('accepted');
  }
});

test.each(['RSA-OAEP', 'RSA-OAEP-384', 'RSA-OAEP-512', 'RSA1_5', 'ECDH-ES+A256KW', 'dir'])(
  'a header that says %s opens nothing with an RSA key',
  async alg => {
    const recipients = jwe.recipients.map(recipient => ({ ...recipient, header: { alg } }));
    expect(await open({ ...jwe, recipients }, rsa)).toBe('registration_invalid');
  },
);

test('what was sealed by RSA-OAEP with SHA-1 is refused under its own name and under the right one', async () => {
  const { tenant, call, rev, manifestSha256 } = binding;
  const builder = new GeneralEncrypt(callKey)
    .setProtectedHeader({ enc: 'A256GCM' })
    .setAdditionalAuthenticatedData(utf8(JSON.stringify({ tenant, call, rev, manifestSha256 })));
  builder.addRecipient(await importJWK(rsa.publicJwk, 'RSA-OAEP')).setUnprotectedHeader({ alg: 'RSA-OAEP' });
  const weak = (await builder.encrypt()) as SealedKey;
  expect(await open(weak, rsa)).toBe('registration_invalid');
  const renamed = weak.recipients.map(recipient => ({ ...recipient, header: { alg: 'RSA-OAEP-256' } }));
  expect(await open({ ...weak, recipients: renamed }, rsa)).toBe('registration_invalid');
});
