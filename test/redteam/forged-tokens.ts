import {
  createGrant,
  createRoleToken,
  generateKey,
  fromBase64url,
  proveRequest,
  toBase64url,
  utf8,
} from '@secure-call/protocol';
import type { JWK } from 'jose';
import { createHmac } from 'node:crypto';
import type { Browser } from '../unit/server/browser.ts';
import { ISSUER, OTHER_ISSUER, PUBLIC_URL, ROLE_ISSUER } from '../unit/server/service-options.ts';
import type { SyntheticCall } from '../unit/server/synthetic-call.ts';
import { grantInput, type TestService } from '../unit/server/test-service.ts';

/** One thing that an attacker tries; it must be answered with a 4xx and no key. */
export interface Attack {
  readonly on: 'grant' | 'proof' | 'lease' | 'range' | 'role token';
  readonly what: string;
  attempt(): Promise<Response>;
}

type Json = Readonly<Record<string, unknown>>;
const part = (value: Json | string): string =>
  toBase64url(utf8(typeof value === 'string' ? value : JSON.stringify(value)));

const payloadOf = (jws: string): string => new TextDecoder().decode(fromBase64url(jws.split('.')[1] ?? ''));

/** A signature that holds, under a header of the attacker's choice, as libraries would not make it. */
async function signed(header: Json, payload: string, key: JWK | CryptoKey): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const { kty, crv, x, y, d } = key as JWK;
  const privateKey =
    key instanceof CryptoKey
      ? key
      : await crypto.subtle.importKey('jwk', { kty, crv, x, y, d } as JsonWebKey, algorithm, false, ['sign']);
  const input = `${part({ alg: 'ES256', ...header })}.${part(payload)}`;
  const signature = await crypto.subtle.sign(algorithm, privateKey, utf8(input));
  return `${input}.${toBase64url(new Uint8Array(signature))}`;
}

/** A token with a signature of nobody. */
const unsigned = (header: Json, payload: string, signature = 'A'.repeat(86)): string =>
  `${part(header)}.${part(payload)}.${signature}`;

/** The public key as an HMAC secret (RFC 8725 section 2.1). */
function byPublicKey(header: Json, payload: string, publicJwk: JWK, secret: (jwk: JWK) => string): string {
  const input = `${part({ ...header, alg: 'HS256' })}.${part(payload)}`;
  return `${input}.${createHmac('sha256', secret(publicJwk)).update(input).digest('base64url')}`;
}

const whitespacePem = ({ x, y }: JWK): string =>
  `\n -----BEGIN PUBLIC KEY-----\n${x}${y}\n-----END PUBLIC KEY-----\n `;

/** Headers by which a token would choose its own key, or cost work before it is trusted (RFC 8725 section 3). */
const greedyHeaders = (attacker: JWK): readonly (readonly [string, Json])[] => [
  ['jku', { jku: 'https://attacker.example/jwks.json' }],
  ['x5u', { x5u: 'https://attacker.example/chain.pem' }],
  ['x5c', { x5c: ['MIIB'] }],
  ['embedded jwk', { jwk: attacker }],
  ['zip', { zip: 'DEF' }],
  ['huge p2c', { p2c: 2_000_000_000, p2s: 'AAAA' }],
  ['unknown crit', { crit: ['https://attacker.example/mode'], 'https://attacker.example/mode': 1 }],
  ['b64', { b64: false, crit: ['b64'] }],
];

/** What is tried with forged or misused grants. */
export async function grantAttacks(
  service: TestService,
  call: SyntheticCall,
  browser: Browser,
): Promise<Attack[]> {
  const { issuer, otherIssuer, packager, roleIssuer } = service.keys;
  const now = service.clock.now() / 1000;
  const input = grantInput(call, browser);
  const genuine = await service.grant(input);
  const payload = payloadOf(genuine);
  const claims = JSON.parse(payload) as Json;
  const header = { typ: 'secure-call-grant+jwt', kid: issuer.privateJwk.kid ?? '' };
  const attacker = await generateKey('issuer');
  const changed = (changes: Json): Promise<string> =>
    signed(header, JSON.stringify({ ...claims, jti: crypto.randomUUID(), ...changes }), issuer.privateJwk);
  const stranger = await service.browser();
  const tokens: (readonly [string, string, Browser?])[] = [
    ['alg none', unsigned({ ...header, alg: 'none' }, payload)],
    ['alg none without a signature', unsigned({ ...header, alg: 'none' }, payload, '')],
    ['HS256 by the public key', byPublicKey(header, payload, issuer.publicJwk, jwk => JSON.stringify(jwk))],
    ['HS256 by a whitespace PEM', byPublicKey(header, payload, issuer.publicJwk, whitespacePem)],
    ['no signature of anyone', unsigned({ ...header, alg: 'ES256' }, payload)],
    ['PBES2', unsigned({ ...header, alg: 'PBES2-HS512+A256KW', p2c: 2_000_000_000 }, payload)],
    ['another issuer’s key', await signed(header, payload, otherIssuer.privateJwk)],
    ['a packager’s key', await signed(header, payload, packager.privateJwk)],
    ['a role issuer’s key', await signed(header, payload, roleIssuer.privateJwk)],
    ['a role token', await service.roleToken('privacy')],
    ['space behind it', `${genuine} `],
    ['newline in it', genuine.replace('.', '.\n')],
    ['padding', `${genuine}==`],
    ['1 MB', `${genuine.slice(0, -90)}${'A'.repeat(1_000_000)}.${'A'.repeat(86)}`],
    [
      'more than 8 KiB',
      unsigned({ ...header, alg: 'ES256' }, JSON.stringify({ ...claims, note: 'x'.repeat(9000) })),
    ],
    ['a claim too many', await changed({ admin: true })],
    ['the tenant as a claim', await changed({ tenant: 'region-y' })],
    ['lives for an hour', await changed({ exp: Math.floor(now) + 3600 })],
    ['not valid yet', await changed({ iat: Math.floor(now) + 600, exp: Math.floor(now) + 660 })],
    ['too old', await createGrant(input, issuer.privateJwk, now - 120)],
    ['for another service', await changed({ aud: 'https://elsewhere.example' })],
    [
      'an emergency that says nothing',
      await changed({ call: { ...(claims['call'] as Json), purpose: 'ETREAT' } }),
    ],
    [
      'a call of another tenant',
      await createGrant({ ...input, iss: OTHER_ISSUER }, otherIssuer.privateJwk, now),
    ],
    [
      'another tenant’s key for this issuer',
      await createGrant({ ...input, iss: ISSUER }, otherIssuer.privateJwk, now),
    ],
    ['stolen: another browser', genuine, stranger],
    ...(await Promise.all(
      greedyHeaders(attacker.publicJwk).map(async ([what, more]) => {
        const key = 'jwk' in more ? attacker.privateJwk : issuer.privateJwk;
        return [what, await signed({ ...header, ...more }, payload, key)] as const;
      }),
    )),
  ];
  return tokens.map(([what, grant, by = browser]) => ({
    on: 'grant',
    what,
    attempt: () => by.post('/sessions', JSON.stringify({ grant, ecdh: by.ecdh.publicPoint }), { grant }),
  }));
}

/** What is tried with forged or misused proofs of possession. @param sid - of an open session of `browser` */
export async function proofAttacks(service: TestService, browser: Browser, sid: string): Promise<Attack[]> {
  const path = `/sessions/${sid}/leases`;
  const htu = `${PUBLIC_URL}${path}`;
  const payload = JSON.stringify({ leaseSeq: 900, from: 0, events: [] });
  const stranger = await service.browser();
  const proven = async (
    by: Browser,
    more: { readonly htu?: string; readonly nonce?: string; readonly method?: 'DELETE' } = {},
  ): Promise<{ proof: string; payload: string }> =>
    JSON.parse(await proveRequest(by.device, { htu, payload, nonce: browser.nonce, ...more })) as {
      proof: string;
      payload: string;
    };
  const genuine = await proven(browser);
  const text = payloadOf(genuine.proof);
  const jwk = browser.device.publicJwk;
  const header = { typ: 'dpop+jwt', jwk };
  const [time = ''] = browser.nonce.split('.');
  const bodies: (readonly [string, unknown])[] = [
    ['alg none', { ...genuine, proof: unsigned({ ...header, alg: 'none' }, text) }],
    [
      'HS256 by its own public key',
      { ...genuine, proof: byPublicKey(header, text, jwk, key => JSON.stringify(key)) },
    ],
    ['no signature of anyone', { ...genuine, proof: unsigned({ ...header, alg: 'ES256' }, text) }],
    ['another browser', await proven(stranger)],
    ['made for another address', await proven(browser, { htu: `${PUBLIC_URL}/sessions` })],
    ['made for another method', await proven(browser, { method: 'DELETE' })],
    ['swapped body', { ...genuine, payload: payload.replace('900', '901') }],
    ['without a nonce', await proven(browser, { nonce: '' })],
    ['a nonce of nobody', await proven(browser, { nonce: `${time}.${'A'.repeat(43)}` })],
    ['a nonce from the future', await proven(browser, { nonce: browser.nonce.replace(time, 'zzzzzzzz') })],
    ['1 MB', { ...genuine, proof: `${genuine.proof}${'A'.repeat(1_000_000)}` }],
    ['space in it', { ...genuine, proof: ` ${genuine.proof}` }],
    [
      'a private key in it',
      {
        ...genuine,
        proof: await signed({ ...header, jwk: { ...jwk, d: jwk.x } }, text, browser.device.privateKey),
      },
    ],
    [
      'a point off the curve',
      { ...genuine, proof: unsigned({ ...header, alg: 'ES256', jwk: { ...jwk, y: jwk.x } }, text) },
    ],
    ...(await Promise.all(
      greedyHeaders(jwk)
        .filter(([what]) => what !== 'embedded jwk')
        .map(async ([what, more]) => {
          const proof = await signed({ ...header, ...more }, text, browser.device.privateKey);
          return [what, { ...genuine, proof }] as const;
        }),
    )),
  ];
  return bodies.map(([what, body]) => ({
    on: 'proof',
    what,
    attempt: () => browser.send(path, JSON.stringify(body)),
  }));
}

/** What is tried with a genuine session. @param sid - of an open session whose lease 1 begins at 12 s */
export function leaseAttacks(browser: Browser, sid: string): Attack[] {
  const path = `/sessions/${sid}/leases`;
  const ask = (payload: string): Promise<Response> => browser.post(path, payload, { nonce: browser.nonce });
  const wishes: readonly (readonly [string, string])[] = [
    ['the number of another lease', '{"leaseSeq":1,"from":240,"events":[]}'],
    ['the number of the first lease', '{"leaseSeq":0,"from":0,"events":[]}'],
    ['behind the end', '{"leaseSeq":50,"from":4000,"events":[]}'],
    ['before the beginning', '{"leaseSeq":50,"from":-1,"events":[]}'],
    ['no number at all', '{"leaseSeq":50,"from":1e999,"events":[]}'],
    ['a number as text', '{"leaseSeq":"50","from":0,"events":[]}'],
    ['a track that is not permitted', '{"leaseSeq":50,"from":0,"tracks":["transcript"],"events":[]}'],
    ['a track that is none', '{"leaseSeq":50,"from":0,"tracks":["__proto__"],"events":[]}'],
    ['a window of its own', '{"leaseSeq":50,"from":0,"to":600,"events":[]}'],
    ['events of nobody', '{"leaseSeq":50,"from":0,"events":["a.b.c"]}'],
  ];
  const replayed = { body: '' };
  return [
    ...wishes.map(([what, payload]): Attack => ({ on: 'lease', what, attempt: () => ask(payload) })),
    {
      on: 'lease',
      what: 'a proof used twice',
      attempt: async () => {
        const htu = `${PUBLIC_URL}${path}`;
        const payload = '{"leaseSeq":1,"from":12,"events":[]}';
        replayed.body = await proveRequest(browser.device, { htu, payload, nonce: browser.nonce });
        await browser.send(path, replayed.body);
        return browser.send(path, replayed.body);
      },
    },
    {
      on: 'lease',
      what: 'a session of nobody',
      attempt: () => {
        const nobody = `/sessions/${'A'.repeat(22)}/leases`;
        return browser.post(nobody, '{"leaseSeq":1,"from":0,"events":[]}', { nonce: browser.nonce });
      },
    },
  ];
}

/** What is tried in a session that may hear only the seconds from 100 to 110. */
export function rangeAttacks(browser: Browser, sid: string): Attack[] {
  const wishes: readonly (readonly [string, object])[] = [
    ['seconds before it', { from: 0 }],
    ['seconds behind it', { from: 300 }],
    ['just behind it', { from: 110.5 }],
    ['peaks of the whole call', { from: 100, tracks: ['peaks'] }],
    ['the whole transcript', { from: 100, tracks: ['transcript'] }],
  ];
  return wishes.map(([what, wish]) => ({
    on: 'range',
    what,
    attempt: () => browser.prove(`/sessions/${sid}/leases`, { leaseSeq: 60, events: [], ...wish }),
  }));
}

/** What is tried with tokens of those who read the record. */
export async function roleAttacks(
  service: TestService,
  call: SyntheticCall,
  browser: Browser,
): Promise<Attack[]> {
  const { roleIssuer, issuer } = service.keys;
  const attacker = await generateKey('auditor');
  const genuine = await service.roleToken('auditor');
  const payload = payloadOf(genuine);
  const header = { typ: 'secure-call-role+jwt', kid: roleIssuer.privateJwk.kid ?? '' };
  const now = service.clock.now() / 1000;
  const claims = { iss: ROLE_ISSUER, aud: PUBLIC_URL, sub: 'x', name: 'x', role: 'auditor' } as const;
  const tokens: (readonly [string, string])[] = [
    ['alg none', unsigned({ ...header, alg: 'none' }, payload, '')],
    [
      'HS256 by the public key',
      byPublicKey(header, payload, roleIssuer.publicJwk, jwk => JSON.stringify(jwk)),
    ],
    ['a grant', await service.grant(grantInput(call, browser))],
    ['signed by a grant issuer', await createRoleToken(claims, issuer.privateJwk, now)],
    ['too old', await createRoleToken(claims, roleIssuer.privateJwk, now - 700)],
    ['1 MB', `${genuine}${'A'.repeat(1_000_000)}`],
    ...(await Promise.all(
      greedyHeaders(attacker.publicJwk).map(async ([what, more]) => {
        const key = 'jwk' in more ? attacker.privateJwk : roleIssuer.privateJwk;
        return [what, await signed({ ...header, ...more }, payload, key)] as const;
      }),
    )),
  ];
  return tokens.map(([what, token]) => ({
    on: 'role token',
    what,
    attempt: () => service.asRole(token, '/audit/records'),
  }));
}
