import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeListener } from '@secure-call/server';

/** A Fetch handler, as every web framework can mount it. */
export type Handler = (request: Request) => Promise<Response>;

/** A server at an address of its own. */
export interface Origin {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface OriginPlace {
  readonly host: string;
  /** 0 = any free one. A taken port advances to the next one, unless `exactPort` is set. */
  readonly port: number;
  readonly exactPort?: boolean;
}

/** How many ports are tried, from the wanted one on. */
const PORT_ATTEMPTS = 50;

/** Opens a server; its handler is made once the address is known. */
export async function openOrigin(place: OriginPlace, handlerAt: (url: string) => Handler): Promise<Origin> {
  const server = createServer();
  const port = await listenFrom(server, place);
  const url = `http://${publicHost(place.host)}:${port}`;
  server.on('request', nodeListener(handlerAt(url), url));
  return { url, port, close: () => closeServer(server) };
}

async function listenFrom(server: Server, { host, port, exactPort = false }: OriginPlace): Promise<number> {
  const attempts = exactPort || port === 0 ? 1 : PORT_ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listen(server, host, port === 0 ? 0 : port + attempt - 1);
    } catch (error) {
      if (attempt >= attempts || !isTaken(error)) throw error;
    }
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // A server that listens on a port has an address of this form.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** Browsers treat plain http as trustworthy only on the machine itself, so a server on all interfaces is `localhost`. */
function publicHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
