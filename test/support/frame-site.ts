import { readFile } from 'node:fs/promises';
import type { Deployment, Handler } from './deployment.ts';
import { Origin } from './deployment.ts';

/** What was asked of the frame's grants. */
export interface GrantAttempt {
  readonly origin: string | null;
  readonly deviceKeyThumbprint: string | undefined;
  readonly status: number;
}

const COOKIE = 'test-player=signed-in';
/** A frame of another site is a third party: browsers keep its cookie apart for each site that holds it (CHIPS). */
const PARTITIONED = 'HttpOnly; SameSite=None; Secure; Partitioned';

export interface FrameSiteOptions {
  /** Not of the page's site: a host name of its own for the same machine. */
  readonly isOtherSite?: boolean;
}

/** The origin of an isolated player's frame beside a deployment: its page, its sign-in, and the only grants there are. */
export class FrameSite {
  readonly attempts: GrantAttempt[] = [];
  /** Whether the header keeps other pages from holding the frame; without it the frame's own list does. */
  sendsFrameAncestors = true;
  /** Whether the frame's own page brings the session, in place of a sign-in that the whole browser visits. */
  signsInInside = false;
  readonly #deployment: Deployment;
  #origin: Origin | undefined;

  readonly #isOtherSite: boolean;

  private constructor(deployment: Deployment, { isOtherSite = false }: FrameSiteOptions) {
    this.#deployment = deployment;
    this.#isOtherSite = isOtherSite;
  }

  static async listen(deployment: Deployment, options: FrameSiteOptions = {}): Promise<FrameSite> {
    const site = new FrameSite(deployment, options);
    site.#origin = await Origin.listen(request => site.#answer(request));
    return site;
  }

  get url(): string {
    const url = this.#origin?.url ?? '';
    return this.#isOtherSite ? url.replace('localhost', '127.0.0.1') : url;
  }

  get isolation(): { readonly frame: string; readonly grantEndpoint: string } {
    return { frame: `${this.url}/frame.html`, grantEndpoint: `${this.url}/grants` };
  }

  async close(): Promise<void> {
    await this.#origin?.stop();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case '/sign-in': {
        const headers = {
          location: `${this.#deployment.page.url}/`,
          'set-cookie': `${COOKIE}; ${this.#isOtherSite ? PARTITIONED : 'HttpOnly; SameSite=Strict'}`,
        };
        return new Response(null, { status: 303, headers });
      }
      case '/grants':
        return this.#grant(request);
      default:
        return this.#file(pathname);
    }
  }

  async #grant(request: Request): Promise<Response> {
    const text = await request.text();
    const origin = request.headers.get('origin');
    const isAllowed = origin === this.url && (request.headers.get('cookie') ?? '').includes(COOKIE);
    const asked = isAllowed ? (JSON.parse(text) as GrantRequest) : undefined;
    const status = asked === undefined ? 401 : 200;
    const thumbprint = /"deviceKeyThumbprint":"([^"]+)"/.exec(text)?.[1];
    this.attempts.push({ origin, deviceKeyThumbprint: thumbprint, status });
    if (asked === undefined) return new Response(null, { status });
    const purpose = asked.reason?.purpose ?? 'TREAT';
    return Response.json({ grant: await this.#deployment.grant({ ...asked, purpose }) });
  }

  async #file(pathname: string): Promise<Response> {
    const type = types[pathname];
    if (type === undefined) return new Response(null, { status: 404 });
    const bytes = await readFile(
      new URL(`../../packages/element/dist/player-frame${pathname}`, import.meta.url),
    );
    return new Response(pathname === '/frame.html' ? this.#configured(bytes.toString()) : bytes, {
      headers: {
        'content-type': type,
        'content-security-policy': this.#policy(),
        ...(this.signsInInside &&
          pathname === '/frame.html' && { 'set-cookie': `${COOKIE}; ${PARTITIONED}` }),
      },
    });
  }

  #configured(html: string): string {
    return html
      .replace(
        'name="secure-call-hosts" content=""',
        `name="secure-call-hosts" content="${this.#deployment.page.url}"`,
      )
      .replace(
        'name="secure-call-service" content=""',
        `name="secure-call-service" content="${this.#deployment.service.url}"`,
      );
  }

  #policy(): string {
    const { service, storage, page } = this.#deployment;
    return [
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
      'media-src blob:',
      `connect-src 'self' ${service.url} ${storage.url}`,
      ...(this.sendsFrameAncestors ? [`frame-ancestors ${page.url}`] : []),
      "require-trusted-types-for 'script'",
      'trusted-types secure-call',
    ].join('; ');
  }
}

interface GrantRequest {
  readonly call: string;
  readonly reason?: { readonly purpose: string };
  readonly deviceKeyThumbprint: string;
}

const types: Readonly<Record<string, string>> = {
  '/frame.html': 'text/html',
  '/frame.js': 'text/javascript',
  '/vault.worker.js': 'text/javascript',
  '/watermark.worklet.js': 'text/javascript',
};

/**
 * A host page with the element and with no policy that could get in an attacker's way. Where the player is isolated the
 * page's own backend issues no grants.
 */
export function createHostPage(
  deployment: Deployment,
  { givesGrants }: { readonly givesGrants: boolean },
): Handler {
  const html =
    '<!doctype html><html lang="en"><title>Host</title><script type="module" src="/element-page.js"></script><body>';
  return async request => {
    const { pathname } = new URL(request.url);
    if (pathname === '/') return new Response(html, { headers: { 'content-type': 'text/html' } });
    if (pathname === '/grants' && givesGrants) {
      const asked = (await request.json()) as GrantRequest;
      return new Response(await deployment.grant({ ...asked, purpose: asked.reason?.purpose ?? 'TREAT' }));
    }
    const file =
      scripts[pathname] ??
      (/^(\/chunks)?\/[\w.-]+\.js$/.test(pathname) ? `../var/element-page${pathname}` : undefined);
    if (file === undefined) return new Response(null, { status: 404 });
    const bytes = await readFile(new URL(file, import.meta.url));
    return new Response(bytes, { headers: { 'content-type': 'text/javascript' } });
  };
}

const scripts: Readonly<Record<string, string>> = {
  '/vault.worker.js': '../../packages/player/dist/vault.worker.js',
  '/watermark.worklet.js': '../../packages/player/dist/watermark.worklet.js',
};
