// All that a host without a key service needs: who may hear what, its key sealed to the player, and a record.
import { readFile } from 'node:fs/promises';
import { CompactEncrypt, importJWK } from 'jose';

const recordingKey = await readFile(new URL('keys/call.key', import.meta.url));

/** Answers `POST /keys`. A real backend asks its own session first whether this person may hear this call. */
export async function sealKeys({ keyIds, publicJwk, jkt }, ownUrl) {
  // The playlist that names the keys is not authentic: only keys of this very call are given.
  if (keyIds.some(id => id !== `${ownUrl}/recording/keys/call`)) return undefined;
  const keys = keyIds.map(kid => ({ kty: 'oct', kid, k: recordingKey.toString('base64url') }));
  const iat = Math.floor(Date.now() / 1000);
  const set = { jkt, iat, exp: iat + 120, keys: { keys } };
  return new CompactEncrypt(Buffer.from(JSON.stringify(set)))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
    .encrypt(await importJWK(publicJwk, 'ECDH-ES+A256KW'));
}

/** Answers `POST /record`. A real backend commits the event to its database, and answers only then. */
export function record({ eventSeq, type, at, position }) {
  console.log(`${at}  ${String(eventSeq).padStart(3)}  ${type.padEnd(20)} at ${position.toFixed(1)} s`);
}
