import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { Deployment, Handler } from '../support/deployment.ts';
import { earsWorklet } from '../support/ears.ts';
import { answerGrant, strictPolicy } from '../support/page-handler.ts';

/** Where the page finds what its ears need. */
export const EARS_PATH = '/sound-tap.worklet.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
};

/** What a host's own server adds to its pages: grants. */
function withBackend(deployment: Deployment, site: Handler): Handler {
  return async request => {
    const { pathname } = new URL(request.url);
    if (pathname === '/grants') return answerGrant(deployment, request);
    if (pathname !== EARS_PATH) return site(request);
    return new Response(await readFile(earsWorklet), { headers: { 'content-type': 'text/javascript' } });
  };
}

/** Serves folders as they are under the strict policy. */
export function createStaticSite(
  deployment: Deployment,
  folders: readonly string[],
  trustedTypes: readonly string[] = [],
): Handler {
  const policy = strictPolicy(deployment, trustedTypes);
  return withBackend(deployment, async request => {
    const { pathname } = new URL(request.url);
    const path = normalize(pathname === '/' ? 'index.html' : pathname);
    const type = types[extname(path)];
    for (const folder of folders.toReversed()) {
      const body = await readFile(join(folder, path)).catch(() => undefined);
      if (body && type)
        return new Response(body, { headers: { 'content-type': type, 'content-security-policy': policy } });
    }
    return new Response(null, { status: 404 });
  });
}

/** Answers what another server on this machine answers, its policy included. */
export function createProxySite(deployment: Deployment, upstream: string): Handler {
  return withBackend(deployment, async request => {
    const { pathname, search } = new URL(request.url);
    const answer = await fetch(upstream + pathname + search, { headers: { accept: '*/*' } });
    const headers = new Headers(answer.headers);
    for (const name of [
      'content-encoding',
      'content-length',
      'transfer-encoding',
      'connection',
      'keep-alive',
    ])
      headers.delete(name);
    return new Response(await answer.arrayBuffer(), { status: answer.status, headers });
  });
}
