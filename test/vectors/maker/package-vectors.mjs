import { deflateRawSync } from 'node:zlib';
import { call, callKey, keyFile, packageId, tenant } from './fixed.mjs';
import {
  b64u,
  counting,
  fixedKey,
  gcm,
  hex,
  hkdf,
  lengthPrefixed,
  padme,
  sealJwe,
  sha256,
  signJws,
  u32,
} from './reference.mjs';

export function segmentInfo({ tenant, call, rev, track, variant, index, total }) {
  return Buffer.concat([
    Buffer.from('secure-call/1/segment\0'),
    lengthPrefixed(tenant),
    Buffer.from(call, 'base64url'),
    u32(rev),
    lengthPrefixed(track),
    Buffer.from([variant]),
    u32(index),
    u32(total),
  ]);
}

export function segments() {
  const base = { tenant, call, rev: 1, track: 'audio', variant: 0, index: 1, total: 301 };
  const bindings = [
    { ...base, index: 0 },
    base,
    { ...base, index: 300 },
    { ...base, variant: 1 },
    { ...base, variant: 2 },
    { ...base, track: 'peaks', total: 2 },
    { ...base, tenant: 'région Østfold', rev: 4294967295, index: 999999, total: 1000000 },
  ];
  const cases = bindings.map((binding, at) => {
    const info = segmentInfo(binding);
    const key = hkdf(callKey, Buffer.alloc(0), info);
    const iv = counting(0xa0 + at, 16);
    const plaintext = counting(at, 24 * at);
    const stored = Buffer.concat([iv, gcm(key, iv, plaintext)]);
    return {
      binding,
      info: hex(info),
      key: hex(key),
      iv: hex(iv),
      plaintext: hex(plaintext),
      stored: hex(stored),
    };
  });
  return { about: 'Segment keys and sealed segments; bytes are hexadecimal.', callKey: hex(callKey), cases };
}

export function slots() {
  const freeBox = [
    [64, 1024],
    [0, 1024],
    [1024 - 32 - 8, 1024],
    [1000, 2048],
  ].map(([length, storedBytes]) => {
    const segment = counting(0, length);
    const box = Buffer.alloc(storedBytes - 32 - length);
    box.writeUInt32BE(box.length);
    box.write('free', 4);
    return { segment: hex(segment), storedBytes, plaintext: hex(Buffer.concat([segment, box])) };
  });
  const data = ['', 'WEBVTT\n\n00:00.000 --> 00:02.000\n<v Nurse>Hello.\n', 'na'.repeat(2000)].map(text => {
    const compressed = deflateRawSync(Buffer.from(text));
    const plaintext = Buffer.alloc(1024 - 32);
    plaintext.writeUInt32BE(compressed.length);
    compressed.copy(plaintext, 4);
    return { text, compressed: hex(compressed), storedBytes: 1024, plaintext: hex(plaintext) };
  });
  const storedSegmentBytes = [0, 1, 984, 985, 5000, 65536].map(n => [n, Math.ceil((n + 40) / 1024) * 1024]);
  const lengths = [2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 100, 127, 129, 1000, 1023, 1025, 65537, 1000000];
  const padded = [...lengths, 16777217, 4294967295, 1099511627777].map(n => [n, padme(n)]);
  return {
    about:
      'Paddings. Another compressor may give other compressed bytes; the framing and the text are fixed.',
    freeBox,
    data,
    storedSegmentBytes,
    padme: padded,
  };
}

/** 300 audio slots and 1 of peaks: hashes.bin has two pages, of 256 and 46 hashes. */
export function manifestBytes() {
  const hashes = Buffer.concat(Array.from({ length: 302 }, (_, position) => sha256(u32(position))));
  const manifest = {
    v: 1,
    tenant,
    call,
    rev: 1,
    packageId,
    tracks: [
      {
        name: 'audio',
        object: 'audio.bin',
        codec: 'mp4a.40.2',
        sampleRateHz: 8000,
        channels: [{ role: 'caller' }, { role: 'nurse' }],
        variants: 1,
        total: 301,
        slotBytes: 8192,
        segmentSamples: 16384,
        durationSamples: 300 * 16384 - 1024 - 5000,
        primingSamples: 1024,
      },
      { name: 'peaks', object: 'peaks.bin', codec: 'peaks-u8-20', total: 2, slotBytes: 4096 },
    ],
    hashPages: [b64u(sha256(hashes.subarray(0, 8192))), b64u(sha256(hashes.subarray(8192)))],
  };
  return { hashes, text: JSON.stringify(manifest), manifest };
}

export function manifests() {
  const { hashes, text, manifest } = manifestBytes();
  const { segmentSamples, primingSamples, durationSamples, sampleRateHz } = manifest.tracks[0];
  const at = segment =>
    Math.min(Math.max(0, segment * segmentSamples - primingSamples), durationSamples) / sampleRateHz;
  return {
    about: 'A manifest as written. Hash p of this hashes.bin is SHA-256 of p as 4 bytes, big-endian.',
    text,
    manifestSha256: b64u(sha256(text)),
    hashesSha256: b64u(sha256(hashes)),
    pages: [
      { start: 0, end: 8192 },
      { start: 8192, end: hashes.length },
    ],
    slots: [
      { track: 'audio', index: 0, start: 0, hash: 0 },
      { track: 'audio', index: 1, start: 8192, hash: 1 },
      { track: 'audio', index: 300, start: 300 * 8192, hash: 300 },
      { track: 'peaks', index: 1, start: 0, hash: 301 },
    ],
    spans: [1, 2, 299, 300].map(index => ({ index, from: at(index - 1), to: at(index) })),
  };
}

export function registrations() {
  const { hashes, text, manifest } = manifestBytes();
  const archive = keyFile('archive', 'ECDH-ES+A256KW');
  const second = keyFile('second archive', 'ECDH-ES+A256KW');
  const packager = keyFile('packager');
  const watermarkSeed = sha256('secure-call test vectors: watermark seed');
  const binding = { tenant, call, rev: manifest.rev, manifestSha256: b64u(sha256(text)) };
  const seal = (key, name, contentKeyBytes = 32) =>
    sealJwe(key, Buffer.from(JSON.stringify(binding)), {
      contentKey: sha256(`secure-call test vectors: ${name} content key`).subarray(0, contentKeyBytes),
      iv: counting(name.length, 12),
      recipients: [archive, second].map(({ publicJwk }, at) => ({
        publicJwk,
        kid: publicJwk.kid,
        ephemeral: fixedKey(`${name} ephemeral ${at}`),
      })),
    });
  const payload = {
    ...binding,
    packageId,
    manifest: b64u(text),
    firstHashes: b64u(hashes.subarray(0, 8192)),
    jwe: seal(callKey, 'call key'),
    seedJwe: seal(watermarkSeed, 'seed'),
  };
  const header = { alg: 'ES256', kid: packager.publicJwk.kid, typ: 'secure-call-registration+jws' };
  return {
    about: 'A registration for two archive keys. The keys are public knowledge: never use them.',
    packager: packager.publicJwk,
    archives: [archive.privateJwk, second.privateJwk],
    callKey: hex(callKey),
    watermarkSeed: hex(watermarkSeed),
    aad: JSON.stringify(binding),
    /** Genuine but for its content encryption, A128GCM: must not be opened. */
    refusedJwe: seal(callKey, 'short key', 16),
    jws: signJws(header, JSON.stringify(payload), packager.privateJwk),
  };
}
