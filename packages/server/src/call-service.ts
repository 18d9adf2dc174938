import {
  isServiceErrorCode,
  SecureCallError,
  type ServiceErrorCode,
  ServiceRefusal,
} from '@secure-call/protocol';
import { finish, preflight, problem } from './answers.ts';
import { type Endpoint, endpointsAt, type FoundEndpoint } from './endpoints.ts';
import { GrantRefusal } from './grant-refusal.ts';
import { usesLazily } from './lazy-request.ts';
import { prepareContext, type ServiceContext } from './service-context.ts';
import type { CallServiceOptions } from './service-options.ts';

/**
 * The key service as one Fetch handler: mount it in any server that speaks Request and Response. It releases a key only
 * once the record of the access is durable.
 * @throws {SecureCallError} `configuration_invalid` or `key_invalid` when the options cannot be used
 */
export function createCallService(options: CallServiceOptions): (request: Request) => Promise<Response> {
  const contextOf = prepareContext(options);
  const { protocol, pathname: prefix } = new URL(options.publicUrl.replace(/\/+$/, ''));
  const https = protocol === 'https:';
  return usesLazily(async request => {
    let context: ServiceContext;
    try {
      context = await contextOf();
    } catch (cause) {
      const refusal = refusalOf(cause);
      options.log?.({ event: 'failed', code: refusal.code, ...errorName(cause) });
      return finish(problem(refusal), { cors: true, https, nonce: undefined });
    }
    const found = endpointsAt(pathBelow(prefix, new URL(request.url).pathname));
    const chosen = found.find(({ endpoint }) => endpoint.method === request.method);
    const audience = (chosen ?? found[0])?.endpoint.audience ?? 'server';
    const response =
      request.method === 'OPTIONS' && audience !== 'server'
        ? preflight()
        : await answer(context, request, chosen);
    return finish(response, {
      cors: audience !== 'server',
      https,
      nonce: chosen && audience === 'player' ? context.nonces.issue(context.now()) : undefined,
    });
  });
}

/** A proxy in front may or may not take the public URL's path off. */
const pathBelow = (prefix: string, path: string): string =>
  prefix !== '/' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;

async function answer(
  context: ServiceContext,
  request: Request,
  chosen: FoundEndpoint | undefined,
): Promise<Response> {
  try {
    if (!chosen) throw new ServiceRefusal('not_found', 'There is nothing at this address.');
    return await chosen.endpoint.handle(context, request, chosen.id);
  } catch (cause) {
    return refuse(context, chosen?.endpoint, cause);
  }
}

/** What is no fault of whoever asks. */
const FAILURES: ReadonlySet<ServiceErrorCode> = new Set(['audit_unavailable', 'archive_unavailable']);

/** Whatever is not a refusal in words is a failure, and a failure releases nothing. */
function refuse(context: ServiceContext, endpoint: Endpoint | undefined, cause: unknown): Response {
  const refusal = refusalOf(cause);
  const response = problem(refusal);
  context.metrics.refused(refusal.code);
  context.log({
    event: FAILURES.has(refusal.code) ? 'failed' : 'refused',
    ...(endpoint ? { endpoint: `${endpoint.method} ${endpoint.path}` } : {}),
    status: response.status,
    code: refusal.code,
    ...(cause instanceof GrantRefusal ? { reason: cause.reason } : {}),
    ...errorName(cause),
  });
  return response;
}

/** Of an unexpected error. */
const errorName = (cause: unknown): { readonly error?: string } =>
  cause instanceof Error && !(cause instanceof SecureCallError) ? { error: cause.name } : {};

function refusalOf(cause: unknown): ServiceRefusal {
  if (cause instanceof ServiceRefusal) return cause;
  if (cause instanceof SecureCallError && isServiceErrorCode(cause.code))
    return new ServiceRefusal(cause.code, cause.message);
  return new ServiceRefusal(
    'audit_unavailable',
    'The access cannot be recorded now, so nothing is released.',
  );
}
