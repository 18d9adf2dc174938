import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Deployment, Handler } from './deployment.ts';

/** A page of the tests, bundled below test/var. */
export interface TestPage {
  readonly script: string;
  readonly folder: string;
}

const headlessPage: TestPage = { script: 'headless-page', folder: 'e2e' };

const files: Record<string, string> = {
  '/vault.worker.js': '../../packages/player/dist/vault.worker.js',
  '/watermark.worklet.js': '../../packages/player/dist/watermark.worklet.js',
  '/sound-tap.worklet.js': '../e2e/page/sound-tap.worklet.js',
};

const html = (script: string): string =>
  `<!doctype html><html lang="en"><title>Test page</title><script type="module" src="/${script}.js"></script>`;

/**
 * The policy that is enough for the player.
 * @param trustedTypes - names of policies that the page's own framework makes
 */
export function strictPolicy(deployment: Deployment, trustedTypes: readonly string[] = []): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    'media-src blob:',
    `connect-src 'self' ${deployment.service.url} ${deployment.storage.url}`,
    "require-trusted-types-for 'script'",
    ['trusted-types secure-call', ...trustedTypes].join(' '),
  ].join('; ');
}

/** A host application: one page under a strict policy, and a backend that issues grants. */
export function createPageHandler(deployment: Deployment, page: TestPage = headlessPage): Handler {
  const policy = strictPolicy(deployment);
  return async request => {
    const { pathname } = new URL(request.url);
    if (pathname === '/grants') return answerGrant(deployment, request);
    if (pathname === '/') return answer(html(page.script), 'text/html', policy);
    const file = files[pathname] ?? bundled(page, pathname);
    if (!file) return new Response(null, { status: 404 });
    return answer(await readFile(new URL(file, import.meta.url)), 'text/javascript', policy);
  };
}

const bundled = ({ script, folder }: TestPage, pathname: string): string | undefined =>
  pathname === `/${script}.js` || /^\/chunks\/[\w.-]+\.js$/.test(pathname)
    ? `../var/${folder}${pathname}`
    : undefined;

const answer = (body: string | Uint8Array<ArrayBuffer>, type: string, policy: string): Response =>
  new Response(body, { headers: { 'content-type': type, 'content-security-policy': policy } });

/** What the host's own backend answers its page. */
export async function answerGrant(deployment: Deployment, request: Request): Promise<Response> {
  const { call, reason, deviceKeyThumbprint } = (await request.json()) as {
    call: string;
    reason: { purpose: string };
    deviceKeyThumbprint: string;
  };
  return new Response(await deployment.grant({ call, deviceKeyThumbprint, purpose: reason.purpose }));
}

/** Bundles the test page from the packages as they ship. */
export const buildPage = (): Promise<void> =>
  bundlePage(fileURLToPath(new URL('../e2e/page/headless-page.ts', import.meta.url)), 'e2e');

/**
 * Bundles a page's script from the packages as they ship.
 * @param folder - below test/var
 */
export async function bundlePage(script: string, folder: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: fileURLToPath(new URL(`../var/${folder}`, import.meta.url)),
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: false,
      rollupOptions: {
        input: script,
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
}
