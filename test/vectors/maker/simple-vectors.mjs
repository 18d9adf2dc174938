import { createCipheriv, generateKeyPairSync } from 'node:crypto';
import { call, callKey, issuedAt, jkt, keyFile, packageId, tenant } from './fixed.mjs';
import { manifestBytes, segmentInfo } from './package-vectors.mjs';
import {
  b64u,
  counting,
  fixedKey,
  gcm,
  hex,
  hkdf,
  sealCompactJwe,
  sealCompactJweByRsa,
  sha256,
  signJws,
} from './reference.mjs';

/** Segments of the package in manifest.json with their keys, as a host's backend derives them. */
function packageSegments() {
  const places = [
    { track: 'audio', index: 0, total: 301 },
    { track: 'audio', index: 1, total: 301 },
    { track: 'peaks', index: 1, total: 2 },
  ];
  return places.map(({ track, index, total }, at) => {
    const info = segmentInfo({ tenant, call, rev: 1, track, variant: 0, index, total });
    const key = hkdf(callKey, Buffer.alloc(0), info);
    const [iv, plaintext] = [counting(0xc0 + at, 16), counting(at, 40)];
    const stored = Buffer.concat([iv, gcm(key, iv, plaintext)]);
    return {
      keyId: `${packageId}/${track}/0/${index}`,
      key,
      plaintext: hex(plaintext),
      stored: hex(stored),
    };
  });
}

/** A segment of plain HLS (RFC 8216 section 4.3.2.4, METHOD=AES-128) and its key. */
function hlsSegment() {
  const key = sha256('secure-call test vectors: hls key').subarray(0, 16);
  const [iv, plaintext] = [counting(0xd0, 16), counting(0, 40)];
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  const stored = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return {
    keyId: 'https://media.example/calls/7f3a/keys/1',
    key,
    iv: hex(iv),
    plaintext: hex(plaintext),
    stored: hex(stored),
  };
}

const jwk = ({ keyId, key }) => ({ kty: 'oct', kid: keyId, k: b64u(key) });
const shown = ({ key, ...segment }) => ({ ...segment, key: hex(key) });

export function keySets() {
  const recipient = fixedKey('key set recipient');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey.export({ format: 'jwk' });
  const segments = packageSegments();
  const hls = hlsSegment();
  const times = { iat: issuedAt, exp: issuedAt + 120 };
  const content = { call, rev: 1, jkt, ...times, keys: { keys: segments.map(jwk) } };
  const hlsContent = { jkt, ...times, keys: { keys: [jwk(hls)] } };
  const sealing = (name, contentKeyBytes = 32) => ({
    contentKey: sha256(`secure-call test vectors: ${name} content key`).subarray(0, contentKeyBytes),
    iv: counting(name.length, 12),
  });
  const seal = (name, set, contentKeyBytes) =>
    sealCompactJwe(Buffer.from(JSON.stringify(set)), {
      ...sealing(name, contentKeyBytes),
      publicJwk: recipient.publicJwk,
      ephemeral: fixedKey(`${name} ephemeral`),
    });
  const refused = {
    'for another player': { ...content, jkt: b64u(sha256('another device')) },
    'of another call': { ...content, call: b64u(counting(0x01, 16)) },
    'of another revision': { ...content, rev: 2 },
    'living longer than 300 seconds': { ...content, exp: issuedAt + 301 },
    'ending when it begins': { ...content, exp: issuedAt },
    'without a key that was asked for': { ...content, keys: { keys: segments.slice(1).map(jwk) } },
    'with one key twice': { ...content, keys: { keys: [...segments, ...segments].map(jwk) } },
    'with another member': { ...content, sub: 'user-4711' },
  };
  return {
    about:
      'Key sets of simple mode, sealed to the recipients below for the device key of grant.json. The keys are public knowledge: never use them.',
    jkt,
    recipient: recipient.privateJwk,
    package: { content, segments: segments.map(shown), jwe: seal('key set', content) },
    hls: { content: hlsContent, segments: [shown(hls)], jwe: seal('hls key set', hlsContent) },
    rsa: {
      recipient: rsa,
      jwe: sealCompactJweByRsa(Buffer.from(JSON.stringify(content)), {
        ...sealing('rsa key set'),
        publicJwk: { kty: rsa.kty, n: rsa.n, e: rsa.e },
      }),
    },
    /** Each sealed as it should be, but for what its name says. */
    refused: [
      ...Object.entries(refused).map(([why, set]) => ({ why, jwe: seal(`key set ${why}`, set) })),
      { why: 'sealed with A128GCM', jwe: seal('short key set', content, 16) },
    ],
  };
}

export function publishedManifests() {
  const { text } = manifestBytes();
  const packager = keyFile('packager');
  const sign = (header, payload, key = packager) =>
    signJws({ alg: 'ES256', kid: packager.publicJwk.kid, ...header }, payload, key.privateJwk);
  const typ = 'secure-call-manifest+jws';
  return {
    about: 'The manifest of manifest.json as it lies beside a package, signed by the packager below.',
    packager: packager.publicJwk,
    jws: sign({ typ }, text),
    refused: [
      { why: 'signed by another key', jws: sign({ typ }, text, keyFile('another packager')) },
      { why: 'signed as something else', jws: sign({ typ: 'secure-call-registration+jws' }, text) },
      { why: 'naming its own key', jws: sign({ typ, jwk: packager.publicJwk }, text) },
    ],
  };
}
