/**
 * The protocol's primitives written plainly from docs/protocol.md with Node's own crypto and nothing of the
 * packages, so that a vector disagrees with the packages when either is wrong.
 */
import {
  createCipheriv,
  createECDH,
  createHash,
  createPrivateKey,
  diffieHellman,
  createPublicKey,
  hkdfSync,
  publicEncrypt,
  sign,
} from 'node:crypto';

export const hex = bytes => Buffer.from(bytes).toString('hex');
export const b64u = bytes => Buffer.from(bytes).toString('base64url');
export const sha256 = bytes => createHash('sha256').update(bytes).digest();
/** `length` bytes that count up from `start`. */
export const counting = (start, length) => Buffer.from(Array.from({ length }, (_, i) => (start + i) & 0xff));

export function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function lengthPrefixed(text) {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** A P-256 key pair out of a name: public knowledge, for vectors only. */
export function fixedKey(name) {
  const ecdh = createECDH('prime256v1');
  const d = sha256(`secure-call test vectors: ${name}`);
  ecdh.setPrivateKey(d);
  const point = ecdh.getPublicKey();
  const publicJwk = { kty: 'EC', crv: 'P-256', x: b64u(point.subarray(1, 33)), y: b64u(point.subarray(33)) };
  return { point, publicJwk, privateJwk: { ...publicJwk, d: b64u(d) } };
}

/** RFC 7638: SHA-256 of the required members in alphabetical order. */
export const thumbprint = ({ crv, kty, x, y }) => b64u(sha256(JSON.stringify({ crv, kty, x, y })));

/** Compact JWS with ES256 (RFC 7515, RFC 7518 section 3.4). */
export function signJws(header, payload, privateJwk) {
  const input = `${b64u(JSON.stringify(header))}.${b64u(payload)}`;
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  return `${input}.${b64u(sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }))}`;
}

export function agree(privateJwk, publicJwk) {
  return diffieHellman({
    privateKey: createPrivateKey({ key: privateJwk, format: 'jwk' }),
    publicKey: createPublicKey({ key: publicJwk, format: 'jwk' }),
  });
}

export const hkdf = (ikm, salt, info) => Buffer.from(hkdfSync('sha256', ikm, salt, info, 32));

/** RFC 3394 with its default initial value. */
export function keyWrap(kek, key) {
  const cipher = createCipheriv('id-aes256-wrap', kek, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

/** Ciphertext followed by the 16-byte tag. */
export function gcm(key, iv, plaintext, aad) {
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm`, key, iv);
  if (aad !== undefined) cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/**
 * JWE general JSON (RFC 7516 section 7.2.1), ECDH-ES+A256KW (RFC 7518 section 4.6) per recipient, AES-GCM of the content
 * key's length.
 */
export function sealJwe(plaintext, aad, { contentKey, iv, recipients }) {
  const protectedHeader = b64u(JSON.stringify({ enc: `A${contentKey.length * 8}GCM` }));
  const sealed = gcm(contentKey, iv, plaintext, Buffer.from(`${protectedHeader}.${b64u(aad)}`));
  return {
    protected: protectedHeader,
    aad: b64u(aad),
    iv: b64u(iv),
    ciphertext: b64u(sealed.subarray(0, -16)),
    tag: b64u(sealed.subarray(-16)),
    recipients: recipients.map(({ publicJwk, kid, ephemeral }) => ({
      header: { alg: 'ECDH-ES+A256KW', kid, epk: ephemeral.publicJwk },
      encrypted_key: b64u(keyWrap(concatKdf(agree(ephemeral.privateJwk, publicJwk)), contentKey)),
    })),
  };
}

/** Compact JWE (RFC 7516 section 7.1) by ECDH-ES+A256KW, A256GCM or, for sets to be refused, another length of key. */
export function sealCompactJwe(plaintext, { publicJwk, ephemeral, contentKey, iv }) {
  const { publicJwk: epk } = ephemeral;
  const header = b64u(JSON.stringify({ alg: 'ECDH-ES+A256KW', enc: `A${contentKey.length * 8}GCM`, epk }));
  const encryptedKey = keyWrap(concatKdf(agree(ephemeral.privateJwk, publicJwk)), contentKey);
  return compactJwe(header, encryptedKey, gcm(contentKey, iv, plaintext, Buffer.from(header)), iv);
}

/** The same by RSA-OAEP-256 (RFC 7518 section 4.3). */
export function sealCompactJweByRsa(plaintext, { publicJwk, contentKey, iv }) {
  const header = b64u(JSON.stringify({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }));
  const key = createPublicKey({ key: publicJwk, format: 'jwk' });
  const encryptedKey = publicEncrypt({ key, oaepHash: 'sha256' }, contentKey);
  return compactJwe(header, encryptedKey, gcm(contentKey, iv, plaintext, Buffer.from(header)), iv);
}

function compactJwe(header, encryptedKey, sealed, iv) {
  const parts = [encryptedKey, iv, sealed.subarray(0, -16), sealed.subarray(-16)];
  return [header, ...parts.map(b64u)].join('.');
}

/** Concat KDF of RFC 7518 section 4.6.2 for one 256-bit key-wrapping key, without apu and apv. */
function concatKdf(secret) {
  const algorithm = Buffer.from('ECDH-ES+A256KW');
  return sha256(Buffer.concat([u32(1), secret, u32(algorithm.length), algorithm, u32(0), u32(0), u32(256)]));
}

/** RFC 8785 for values whose member names are ASCII and whose numbers are integers. */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const names = Object.keys(value).toSorted();
  return `{${names.map(name => `${JSON.stringify(name)}:${canonicalJson(value[name])}`).join(',')}}`;
}

/** Padmé over whole numbers, as its authors write it: the low bits are rounded away upwards. */
export function padme(length) {
  const size = BigInt(length);
  const exponent = BigInt(size.toString(2).length - 1);
  const kept = BigInt(exponent.toString(2).length);
  const mask = (1n << (exponent - kept)) - 1n;
  return Number((size + mask) & ~mask);
}
