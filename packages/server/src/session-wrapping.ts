import { createHash, createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import {
  type Bytes,
  callIdSchema,
  fromBase64url,
  type LeaseBinding,
  leaseInfo,
  parse,
  sessionIdSchema,
  toBase64url,
} from '@secure-call/protocol';
import { expand, extract, wrap } from './key-derivation.ts';
import type { LastingSession } from './known-sessions.ts';

/** Wraps the keys of one session's leases: one key agreement for all of them, a key of its own for each. */
export class SessionWrapping {
  readonly #secret: KeyObject;
  readonly #binding: Omit<LeaseBinding, 'leaseSeq'>;

  /** @param pkcs8 - private half of the session's `epk`; emptied @throws when the device's point is not on the curve */
  constructor(pkcs8: Bytes, session: LastingSession) {
    const { epk, device_ecdh: device, tenant, rev, jkt } = session;
    const privateKey = createPrivateKey({ key: Buffer.from(pkcs8.buffer), format: 'der', type: 'pkcs8' });
    pkcs8.fill(0);
    const shared = diffieHellman({ privateKey, publicKey: pointKey(device) });
    const salt = createHash('sha256').update(fromBase64url(epk)).update(fromBase64url(device)).digest();
    this.#secret = extract(salt, shared);
    shared.fill(0);
    const sid = parse(sessionIdSchema, session.sid, 'session');
    this.#binding = { tenant, rev, jkt, sid, call: parse(callIdSchema, session.call, 'call') };
  }

  /** @returns wraps the segment keys of one lease */
  ofLease(leaseSeq: number): (segmentKey: Uint8Array) => string {
    const key = expand(this.#secret, leaseInfo({ ...this.#binding, leaseSeq }));
    return segmentKey => wrap(key, segmentKey);
  }
}

/** SEC 1 section 2.3.3: 04, then both coordinates. */
function pointKey(point: string): KeyObject {
  const bytes = fromBase64url(point);
  const [x, y] = [toBase64url(bytes.slice(1, 33)), toBase64url(bytes.slice(33))];
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}
