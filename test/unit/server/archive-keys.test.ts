import { generateKey, openSealedKey, pinKey, verifyRegistration } from '@secure-call/protocol';
import { fileArchiveKeys } from '@secure-call/server';
import { expect, test } from 'vitest';
import vector from '../../vectors/registration.json' with { type: 'json' };

test('key files of both kinds stand side by side, and each opens what is sealed to it', async () => {
  const rsa = await generateKey('archive', 'RSA-OAEP-256');
  const [elliptic] = vector.archives;
  if (!elliptic) throw new Error('no key in the vector');
  const { registration } = await verifyRegistration(vector.jws, [pinKey(vector.packager)]);
  const keys = fileArchiveKeys([rsa.privateJwk, elliptic]);
  expect(keys.publicKeys[0]).toEqual(rsa.publicJwk);
  expect(await keys.open(registration.jwe, registration)).toEqual(
    await openSealedKey(registration.jwe, registration, elliptic),
  );
  await expect(fileArchiveKeys([rsa.privateJwk]).open(registration.jwe, registration)).rejects.toMatchObject({
    code: 'registration_invalid',
  });
});

test('a key file opens what names it, and nothing that it could open under another name', async () => {
  const [elliptic] = vector.archives;
  if (!elliptic) throw new Error('no key in the vector');
  const { registration } = await verifyRegistration(vector.jws, [pinKey(vector.packager)]);
  const keys = fileArchiveKeys([elliptic]);
  expect(await keys.open(registration.jwe, registration)).toHaveLength(32);
  const renamed = registration.jwe.recipients.map(recipient =>
    Object.assign({}, recipient, { header: Object.assign({}, recipient.header, { kid: 'another' }) }),
  );
  await expect(keys.open({ ...registration.jwe, recipients: renamed }, registration)).rejects.toMatchObject({
    code: 'registration_invalid',
  });
});
