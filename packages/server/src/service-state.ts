import { json } from './answers.ts';
import { checkpointJwks } from './checkpoint-key.ts';
import type { ServiceContext } from './service-context.ts';

/**
 * `GET /.well-known/jwks.json`: the archive keys that packagers seal to, and the keys of checkpoints: the one in use, then the next
 * and those before. What else the service signs or seals only it has to verify or open, by secrets.
 */
export async function getKeys({ serviceKeys, archiveKeys }: ServiceContext): Promise<Response> {
  const keys = [...archiveKeys.publicKeys, ...(await checkpointJwks(serviceKeys))];
  return json(200, { keys }, 'application/jwk-set+json');
}

/** `GET /healthz`: the process answers. */
export function getHealth(): Promise<Response> {
  return Promise.resolve(json(200, { status: 'ok' }));
}

/** `GET /readyz`: the service goes on, and the store can commit; without that no key is released. */
export async function getReadiness(context: ServiceContext): Promise<Response> {
  if (context.draining.aborted) return json(503, { status: 'stopping' });
  await context.commit(({ db, now }) =>
    db
      .insertInto('readiness')
      .values({ id: 1, checked_at: now })
      .onConflict(conflict => conflict.column('id').doUpdateSet({ checked_at: now }))
      .execute(),
  );
  return json(200, { status: 'ready' });
}
