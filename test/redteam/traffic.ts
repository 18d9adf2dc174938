import type { Deployment, Handler, Origin } from '../support/deployment.ts';

/** One request as an origin's log could hold it. */
export interface SeenRequest {
  readonly origin: 'storage' | 'service' | 'page';
  readonly method: string;
  readonly url: string;
  readonly headers: string;
}

/** Writes down every request to a deployment, and the grants its host backend issues. */
export class Traffic {
  readonly requests: SeenRequest[] = [];
  readonly grants: string[] = [];

  constructor(deployment: Deployment) {
    for (const origin of ['storage', 'service', 'page'] as const) this.#watch(deployment[origin], origin);
  }

  #watch(server: Origin, origin: SeenRequest['origin']): void {
    const { handler } = server;
    const watched: Handler = async request => {
      const headers = JSON.stringify([...request.headers]);
      this.requests.push({ origin, method: request.method, url: request.url, headers });
      const response = await handler(request);
      if (request.url.endsWith('/grants')) this.grants.push(await response.clone().text());
      return response;
    };
    server.serve(watched);
  }
}
