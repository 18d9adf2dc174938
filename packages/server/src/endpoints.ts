import { getExport } from './audit-export.ts';
import { getRecords } from './audit-log.ts';
import { getCheckpoint, getProof } from './audit-proof.ts';
import { closeSession } from './close-session.ts';
import { searchAuditEvents } from './fhir-search.ts';
import { postLease } from './leases.ts';
import { postSession } from './open-session.ts';
import { postEvents } from './post-events.ts';
import { postRegistration } from './registrations.ts';
import { postReview } from './review-done.ts';
import { getReviews } from './review-queue.ts';
import { eraseCall, postRevocation } from './revocations.ts';
import type { ServiceContext } from './service-context.ts';
import { getHealth, getKeys, getReadiness } from './service-state.ts';
import { postStream } from './session-stream.ts';
import { postTrace } from './traces.ts';
import { getCallAccesses, getOwnAccesses } from './who-listened.ts';

/** Answers a request. @param id - what stands in the path where the endpoint has `:id` */
export type Handler = (context: ServiceContext, request: Request, id: string) => Promise<Response>;

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the public URL; `:id` stands for one segment. */
  readonly path: string;
  readonly handle: Handler;
  /**
   * player: pages of any origin may call it, and every answer carries a nonce. public: pages of any origin may read it.
   * server: no page may.
   */
  readonly audience: 'player' | 'public' | 'server';
}

const endpoints: readonly Endpoint[] = [
  { method: 'POST', path: '/registrations', handle: postRegistration, audience: 'server' },
  { method: 'POST', path: '/sessions', handle: postSession, audience: 'player' },
  { method: 'DELETE', path: '/sessions/:id', handle: closeSession, audience: 'player' },
  { method: 'POST', path: '/sessions/:id/leases', handle: postLease, audience: 'player' },
  { method: 'POST', path: '/sessions/:id/events', handle: postEvents, audience: 'player' },
  { method: 'POST', path: '/sessions/:id/stream', handle: postStream, audience: 'player' },
  { method: 'POST', path: '/revocations', handle: postRevocation, audience: 'server' },
  { method: 'DELETE', path: '/calls/:id', handle: eraseCall, audience: 'server' },
  { method: 'GET', path: '/calls/:id/accesses', handle: getCallAccesses, audience: 'server' },
  { method: 'GET', path: '/patients/me/accesses', handle: getOwnAccesses, audience: 'server' },
  { method: 'GET', path: '/reviews', handle: getReviews, audience: 'server' },
  { method: 'POST', path: '/reviews/:id', handle: postReview, audience: 'server' },
  { method: 'GET', path: '/fhir/AuditEvent', handle: searchAuditEvents, audience: 'server' },
  { method: 'GET', path: '/audit/records', handle: getRecords, audience: 'server' },
  { method: 'GET', path: '/audit/export.ndjson', handle: getExport, audience: 'server' },
  { method: 'GET', path: '/audit/checkpoint', handle: getCheckpoint, audience: 'server' },
  { method: 'GET', path: '/audit/proof', handle: getProof, audience: 'server' },
  { method: 'POST', path: '/traces', handle: postTrace, audience: 'server' },
  { method: 'GET', path: '/.well-known/jwks.json', handle: getKeys, audience: 'public' },
  { method: 'GET', path: '/healthz', handle: getHealth, audience: 'server' },
  { method: 'GET', path: '/readyz', handle: getReadiness, audience: 'server' },
];

export interface FoundEndpoint {
  readonly endpoint: Endpoint;
  readonly id: string;
}

/** The endpoints at a path, one for each method. */
export function endpointsAt(path: string): readonly FoundEndpoint[] {
  return endpoints.flatMap(endpoint => {
    const id = idIn(endpoint.path, path);
    return id === undefined ? [] : [{ endpoint, id }];
  });
}

/** @returns what stands for `:id`, an empty string where the pattern has none, undefined when the path does not match */
function idIn(pattern: string, path: string): string | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const place = wanted.indexOf(':id');
  const matches = wanted.every((part, at) => at === place || part === given[at]);
  if (!matches) return undefined;
  return place === -1 ? '' : given[place];
}
