import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import {
  AuditOutbox,
  Checkpoints,
  createCallService,
  createMetricsHandler,
  createStorageHandler,
  Erasures,
  IssuerKeys,
  openStore,
  Retention,
  ServiceMetrics,
  type Store,
} from '@secure-call/server';
import { type Command, required } from './command.ts';
import { decodeBytes } from './decode-recording.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';
import { readServeConfig, type ServeConfig } from './serve-config.ts';
import type { Terminal } from './terminal.ts';

/** `secure-call serve --config FILE` */
export const serve: Command = {
  name: 'serve',
  summary: 'Run the key service',
  help: `Usage: secure-call serve --config FILE

Runs the key service until it is asked to stop (SIGTERM or SIGINT): then it is
no longer ready, goes on for the configuration's "drainSeconds", ends its
streams and finishes what is under way. Writes one line of JSON per event to its
output, without personal data.

  --config FILE  JSON; paths in it are relative to the file's folder

SIGHUP reads the keys of issuers anew; so does a token that names a key that is
not among them, at most every ten seconds.

HOST and PORT in the environment override where it listens. With
DATABASE_URL (postgres://...) it works on PostgreSQL, which several services
may share; DATABASE_OWNER_URL names the role that owns the tables.
`,
  async run(args, terminal) {
    const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } });
    const log = (entry: object): void => {
      terminal.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
    };
    const config = await readServeConfig(required(values.config, '--config FILE'), process.env, code =>
      log({ event: 'keys.failed', code }),
    );
    await runService(config, terminal, log);
    return 0;
  },
};

async function runService(
  config: ServeConfig,
  terminal: Terminal,
  log: (entry: object) => void,
): Promise<void> {
  const stopping = new AbortController();
  const metrics = new ServiceMetrics();
  const store = await openStore(config.store);
  const servers: HttpServer[] = [];
  const keeping: Promise<void>[] = [];
  const reread = (): void => void rereadIssuerKeys(config, log);
  process.on('SIGHUP', reread);
  try {
    const outbox = new AuditOutbox({ ...config.service, store, metrics, log });
    const erasures = await createErasures(config, store, log);
    const handle = createCallService({
      ...config.service,
      store,
      draining: terminal.signal,
      signal: stopping.signal,
      metrics,
      log,
      decodeRecording: decodeBytes,
      ...(erasures ? { erasures } : {}),
    });
    const { origin } = new URL(config.service.publicUrl);
    servers.push(await startHttpServer(handle, origin, config.listen, 'listen.port or PORT'));
    if (config.storage) servers.push(await startStorage(config.storage));
    if (config.metrics) servers.push(await startMetrics(metrics, config.metrics));
    keeping.push((await createCheckpoints(config, store, log)).keep(stopping.signal));
    keeping.push(new Retention({ ...config.service, store, log }).keep(stopping.signal));
    keeping.push(outbox.keep(stopping.signal));
    if (erasures) keeping.push(erasures.keepUp(stopping.signal));
    log({ event: 'started', addresses: servers.map(({ url }) => url) });
    if (!terminal.signal.aborted) await once(terminal.signal, 'abort');
    log({ event: 'stopping' });
    await setTimeout(config.drainSeconds * 1000);
  } finally {
    process.off('SIGHUP', reread);
    stopping.abort();
    await Promise.all(servers.map(server => server.stop()));
    // What was recorded to the end has its checkpoint too.
    await Promise.all(keeping);
    await store.close();
  }
  log({ event: 'stopped' });
}

async function rereadIssuerKeys({ service }: ServeConfig, log: (entry: object) => void): Promise<void> {
  const issuers = service.tenants.flatMap(tenant => [...tenant.issuers, ...tenant.roleIssuers]);
  const keys = issuers.flatMap(issuer => (issuer.keys instanceof IssuerKeys ? [issuer.keys] : []));
  const done = await Promise.all(keys.map(one => one.reread()));
  log({
    event: 'keys.read',
    issuers: done.filter(Boolean).length,
    failed: done.filter(read => !read).length,
  });
}

const createCheckpoints = (
  { service, checkpoints: folder }: ServeConfig,
  store: Store,
  log: (entry: object) => void,
): Promise<Checkpoints> =>
  Checkpoints.create({ ...service, store, log, ...(folder === undefined ? {} : { folder }) });

/** Nobody is answered before the database knows what was erased. */
async function createErasures(
  { service, checkpoints: folder }: ServeConfig,
  store: Store,
  log: (entry: object) => void,
): Promise<Erasures | undefined> {
  if (folder === undefined) return undefined;
  const erasures = await Erasures.create({ ...service, store, log, folder });
  await erasures.ready();
  return erasures;
}

function startStorage(storage: NonNullable<ServeConfig['storage']>): Promise<HttpServer> {
  return startHttpServer(
    createStorageHandler(storage.folder),
    'http://storage.invalid',
    storage,
    'storage.port',
  );
}

function startMetrics(
  metrics: ServiceMetrics,
  listen: NonNullable<ServeConfig['metrics']>,
): Promise<HttpServer> {
  return startHttpServer(createMetricsHandler(metrics), 'http://metrics.invalid', listen, 'metrics.port');
}
