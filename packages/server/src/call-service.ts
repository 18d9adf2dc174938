import {
  isServiceErrorCode,
  SecureCallError,
  ServiceRefusal,
  sessionIdSchema,
  type SessionId,
} from '@secure-call/protocol';
import * as v from 'valibot';
import { finish, preflight, problem } from './answers.ts';
import { postLease } from './leases.ts';
import { postSession } from './open-session.ts';
import { postRegistration } from './registrations.ts';
import { prepareContext, type ServiceContext } from './service-context.ts';
import type { CallServiceOptions } from './service-options.ts';

type Handler = (context: ServiceContext, request: Request, sid: SessionId) => Promise<Response>;

interface Endpoint {
  /** Method and path below the public URL; `:sid` stands for a session's id. */
  readonly name: string;
  readonly handle: Handler;
  /** Player endpoints answer pages of any origin and hand out nonces. */
  readonly player: boolean;
}

const endpoints: readonly Endpoint[] = [
  { name: 'POST /registrations', handle: postRegistration, player: false },
  { name: 'POST /sessions', handle: postSession, player: true },
  { name: 'POST /sessions/:sid/leases', handle: postLease, player: true },
];

/**
 * The key service as one Fetch handler: mount it in any server that speaks Request and Response. It releases a key only
 * in the transaction that records the access.
 * @throws {SecureCallError} `configuration_invalid` or `key_invalid` when the options cannot be used
 */
export function createCallService(options: CallServiceOptions): (request: Request) => Promise<Response> {
  const contextOf = prepareContext(options);
  const https = options.publicUrl.startsWith('https:');
  const prefix = new URL(options.publicUrl).pathname.replace(/\/+$/, '');
  return async request => {
    const context = await contextOf();
    const { pathname } = new URL(request.url);
    const path = prefix && pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname;
    const found = findEndpoint(request.method, path);
    const cors = found?.endpoint.player ?? isPlayerPath(path);
    const response = await answer(context, request, found, cors);
    const nonce = found?.endpoint.player ? await context.nonces.issue(context.now()) : undefined;
    return finish(response, { cors, https, nonce });
  };
}

interface Found {
  readonly endpoint: Endpoint;
  readonly sid: SessionId;
}

async function answer(
  context: ServiceContext,
  request: Request,
  found: Found | undefined,
  cors: boolean,
): Promise<Response> {
  if (request.method === 'OPTIONS' && cors) return preflight();
  try {
    if (!found) throw new ServiceRefusal('not_found', 'There is nothing at this address.');
    return await found.endpoint.handle(context, request, found.sid);
  } catch (cause) {
    return refuse(context, found?.endpoint.name, cause);
  }
}

/** Everything that is not a refusal in words is a failure, and a failure releases nothing. */
function refuse(context: ServiceContext, endpoint: string | undefined, cause: unknown): Response {
  const refusal = refusalOf(cause);
  const status = problem(refusal);
  context.log({
    event: refusal.code === 'audit_unavailable' ? 'failed' : 'refused',
    ...(endpoint === undefined ? {} : { endpoint }),
    status: status.status,
    code: refusal.code,
    ...(cause instanceof Error && !(cause instanceof SecureCallError) ? { error: cause.name } : {}),
  });
  return status;
}

function refusalOf(cause: unknown): ServiceRefusal {
  if (cause instanceof ServiceRefusal) return cause;
  if (cause instanceof SecureCallError && isServiceErrorCode(cause.code))
    return new ServiceRefusal(cause.code, cause.message);
  return new ServiceRefusal(
    'audit_unavailable',
    'The access cannot be recorded now, so nothing is released.',
  );
}

function findEndpoint(method: string, path: string): Found | undefined {
  for (const endpoint of endpoints) {
    const [wanted, pattern = ''] = endpoint.name.split(' ');
    const sid = matchPath(pattern, path);
    if (wanted === method && sid !== undefined) return { endpoint, sid };
  }
  return undefined;
}

const isPlayerPath = (path: string): boolean =>
  endpoints.some(({ name, player }) => player && matchPath(name.split(' ')[1] ?? '', path) !== undefined);

/** @returns the session id in the path, an empty one where the pattern has none, undefined when it does not match */
function matchPath(pattern: string, path: string): SessionId | undefined {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  if (parts.length !== wanted.length) return undefined;
  let sid = '' as SessionId;
  for (const [place, part] of wanted.entries()) {
    if (part !== ':sid') {
      if (part !== parts[place]) return undefined;
      continue;
    }
    const parsed = v.safeParse(sessionIdSchema, parts[place]);
    if (!parsed.success) return undefined;
    sid = parsed.output;
  }
  return sid;
}
