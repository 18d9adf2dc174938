import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { SecureCallError } from '@secure-call/protocol';
import { type ListenConfig, nodeListener } from '@secure-call/server';

/** After this, connections that are still busy are cut. */
const STOP_SECONDS = 10;
const IDLE_CHECK_MILLISECONDS = 50;

/** A listening server. */
export interface HttpServer {
  /** The address it listens on, e.g. "http://127.0.0.1:8787". */
  readonly url: string;
  /** Finishes what is under way, then closes. */
  stop(): Promise<void>;
}

/**
 * Serves a Fetch handler by HTTP; TLS ends at the proxy in front.
 * @param origin - under which the handler sees its requests
 * @param setting - where the port is set, for the error when it is in use
 * @throws {SecureCallError} `configuration_invalid` when the address cannot be used
 */
export async function startHttpServer(
  handle: (request: Request) => Promise<Response>,
  origin: string,
  { host, port }: Required<ListenConfig>,
  setting: string,
): Promise<HttpServer> {
  const server = createServer(nodeListener(handle, origin));
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const inUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    const why = inUse ? `is in use; set ${setting}` : 'cannot be listened on';
    throw new SecureCallError('configuration_invalid', `Port ${port} ${why}.`, { cause });
  }
  return { url: addressOf(server, host), stop: () => stop(server) };
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // A connection that finishes its answer from now on would be kept for a next request.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MILLISECONDS);
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_SECONDS * 1000);
  await closed;
  clearInterval(idle);
  clearTimeout(deadline);
}
