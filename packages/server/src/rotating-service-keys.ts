import type { Bytes } from '@secure-call/protocol';
import type { JWK } from 'jose';
import { serviceSecretOf } from './service-secrets.ts';

/**
 * Service keys that are replaced now and then: nonces, what sessions keep in the database, and checkpoints are made with `current`.
 * What `next` and `previous` make is taken as well, so that services which are started anew one after the other go on with each
 * other's sessions.
 */
export interface RotatingServiceKeys {
  /** Private JWKs of kind 'service'. */
  readonly current: JWK;
  readonly next?: JWK;
  readonly previous?: readonly JWK[];
}

/** What service keys a service has. */
export interface ServiceKeys {
  /** The lasting one: patients' pseudonyms, watermarks and samples are worked out with it. */
  readonly serviceKey: JWK;
  /** @default the lasting one */
  readonly rotating?: RotatingServiceKeys;
}

/** The keys that sessions and checkpoints live with, the one in use first. */
export function rotatingKeysOf({ serviceKey, rotating }: ServiceKeys): readonly [JWK, ...JWK[]] {
  if (!rotating) return [serviceKey];
  const { current, next, previous = [] } = rotating;
  return [current, ...(next ? [next] : []), ...previous];
}

/** Their secrets. @throws {SecureCallError} `key_invalid` */
export function rotatingSecretsOf(keys: ServiceKeys): readonly [Bytes, ...Bytes[]] {
  const [first, ...others] = rotatingKeysOf(keys);
  return [serviceSecretOf(first), ...others.map(serviceSecretOf)];
}
