import { call, device, issuedAt, jkt, keyFile, sid, tenant } from './fixed.mjs';
import { segments } from './package-vectors.mjs';
import {
  agree,
  b64u,
  canonicalJson,
  counting,
  fixedKey,
  hex,
  hkdf,
  keyWrap,
  lengthPrefixed,
  sha256,
  signJws,
} from './reference.mjs';

export function leases() {
  const [service, listener] = [fixedKey('service ecdh'), fixedKey('device ecdh')];
  const sharedSecret = agree(service.privateJwk, listener.publicJwk);
  const salt = sha256(Buffer.concat([service.point, listener.point]));
  const segmentKey = Buffer.from(segments().cases[1].key, 'hex');
  const cases = [0, 1, 4294967295].map(leaseSeq => {
    const binding = { tenant, sid, call, rev: 1, leaseSeq, jkt };
    const fields = [tenant, sid, call, '1', String(leaseSeq), jkt].map(lengthPrefixed);
    const info = Buffer.concat([Buffer.from('secure-call/1/lease\0'), ...fields]);
    const kek = hkdf(sharedSecret, salt, info);
    return { binding, info: hex(info), kek: hex(kek), wrapped: b64u(keyWrap(kek, segmentKey)) };
  });
  return {
    about: 'Key agreement of a session, key-encryption keys of leases, and a wrapped segment key.',
    service: { privateJwk: service.privateJwk, point: b64u(service.point) },
    device: { privateJwk: listener.privateJwk, point: b64u(listener.point) },
    sharedSecret: hex(sharedSecret),
    salt: hex(salt),
    segmentKey: hex(segmentKey),
    cases,
  };
}

export function grants() {
  const issuer = keyFile('issuer');
  const header = { alg: 'ES256', kid: issuer.publicJwk.kid, typ: 'secure-call-grant+jwt' };
  const claims = {
    iss: 'https://ehr.example',
    aud: 'https://keys.example',
    jti: '6f1c8a52-2b5e-4d6f-9a3e-0c1d2e3f4a5b',
    iat: issuedAt,
    exp: issuedAt + 60,
    sub: 'user-4711',
    name: 'Anna Lind',
    role: 'nurse',
    cnf: { jkt },
    call: {
      id: call,
      patient: 'p-83af',
      unit: { id: 'unit-12', name: 'Advice line' },
      purpose: 'TREAT',
      relation: 'care-team',
      maxSessionSeconds: 1800,
      maxRate: 2,
      watermark: { client: 'required' },
    },
  };
  const jws = signJws(header, JSON.stringify(claims), issuer.privateJwk);
  return {
    about: 'A grant for the device key below. The keys are public knowledge: never use them.',
    issuer: { publicJwk: issuer.publicJwk, privateJwk: issuer.privateJwk },
    device: { publicJwk: device.publicJwk, thumbprintInput: canonicalJson(device.publicJwk), jkt },
    header,
    claims,
    signingInput: jws.slice(0, jws.lastIndexOf('.')),
    jws,
  };
}

/** @param grant - the compact JWS of the grant vector */
export function proofs(grant) {
  const ecdh = b64u(fixedKey('device ecdh').point);
  const make = (htu, payload, claims) => {
    const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: device.publicJwk };
    const all = { htm: 'POST', htu, bh: b64u(sha256(payload)), iat: issuedAt + 2, ...claims };
    const proof = signJws(header, JSON.stringify(all), device.privateJwk);
    return { htu, payload, claims: all, body: JSON.stringify({ proof, payload }) };
  };
  return {
    about: 'Bodies of proven requests by the device key below.',
    device: { publicJwk: device.publicJwk, jkt },
    session: {
      grant,
      ...make('https://keys.example/sessions', JSON.stringify({ grant, ecdh }), {
        jti: '0d8a1c7e-4f42-4a38-9f61-5f0f8f9f2a10',
        ath: b64u(sha256(grant)),
      }),
    },
    lease: make(
      `https://keys.example/sessions/${sid}/leases`,
      JSON.stringify({ leaseSeq: 1, from: 12, events: [] }),
      { jti: '5b3f6f0e-8c8b-4a41-8f4e-1b1c9f1f6a77', nonce: 'a-nonce-from-the-last-answer' },
    ),
  };
}

export function accessEvents() {
  const told = [
    { type: 'player.ready', position: 0 },
    { type: 'playback.started', position: 0 },
    { type: 'playback.seeked', from: 3.5, to: 40, position: 40 },
    {
      type: 'playback.listened',
      ranges: [
        [0, 3.5],
        [40, 46.5],
      ],
      rate: 1,
      position: 46.5,
    },
  ];
  const header = { alg: 'ES256', typ: 'secure-call-event+jws' };
  let prev = '';
  const events = told.map((detail, at) => {
    const event = {
      v: 1,
      id: `019b76da-a800-7000-8000-00000000000${at + 1}`,
      sid,
      eventSeq: at + 1,
      prev,
      at: new Date((issuedAt + 3 + at) * 1000).toISOString(),
      mono: 1000 * at,
      ...detail,
    };
    const jws = signJws(header, JSON.stringify(event), device.privateJwk);
    prev = b64u(sha256(jws));
    return { event, jws, sha256: prev };
  });
  return {
    about: 'A chain of access events signed by the device key below.',
    device: device.publicJwk,
    events,
  };
}

export function auditRecords() {
  const bodies = [
    { claims: { sub: 'user-4711', purpose: 'TREAT' }, at: issuedAt },
    { leaseSeq: 0, from: 0, to: 12, tracks: ['audio'] },
    { why: 'é "quoted" \\ \n', none: null },
  ];
  const types = ['grant.redeemed', 'lease.issued', 'session.closed'];
  let prev = '';
  const records = bodies.map((body, at) => {
    const salt = counting(0x40 + at, 16);
    const fields = {
      tenant,
      sid,
      seq: at + 1,
      receivedAt: new Date((issuedAt + 2 + at) * 1000).toISOString(),
      author: 'server',
      type: types[at],
      actor: 'user-4711',
      unit: 'unit-12',
      patient: b64u(sha256('secure-call test vectors: patient')),
      call,
      prev,
    };
    const bodyHash = b64u(sha256(Buffer.concat([salt, Buffer.from(canonicalJson(body))])));
    const covered = canonicalJson({ ...fields, body: bodyHash });
    prev = b64u(sha256(covered));
    return { record: { n: null, ...fields, body, salt: b64u(salt), bodyHash, hash: prev }, covered };
  });
  return { about: 'A chain of audit records; `covered` is the text whose SHA-256 is the hash.', records };
}
