import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Deployment, Handler } from '../support/deployment.ts';
import { bundlePage, createPageHandler } from '../support/page-handler.ts';
import { codeBlocks, root } from './code-blocks.ts';

/** Code of a document's blocks in one language. */
export const codeIn = (file: string, language: string): string[] =>
  codeBlocks(file)
    .filter(block => block.language === language)
    .map(({ code }) => code);

/** The documents' names in place of a deployment's. */
export const localNames = (code: string, deployment: Deployment): string =>
  code
    .replaceAll('q3ZkX0mFQJmYkq1V8u2bRw', deployment.packages[0]?.callId ?? '')
    .replaceAll('https://keys.region.example', deployment.service.url)
    .replaceAll('https://ehr.region.example', deployment.issuer);

/** What answers where the page's script asks for a grant; the deployment's backend by default. */
export type Granting = (body: unknown) => Promise<string>;

/**
 * A host whose page is a document's HTML and script, under the policy that the README says is enough.
 * @param name - of the folder that the script is bundled into
 */
export async function playedPage(
  deployment: Deployment,
  { name, html, script, grant }: { name: string; html: string; script: string; grant?: Granting },
): Promise<Handler> {
  const source = `${root}test/var/docs/${name}`;
  await rm(source, { recursive: true, force: true });
  await mkdir(source, { recursive: true });
  await writeFile(`${source}/main.js`, localNames(script, deployment));
  await bundlePage(`${source}/main.js`, `docs/${name}-page`);
  const files = createPageHandler(deployment, { script: 'main', folder: `docs/${name}-page` });
  const policy = readmePolicy(deployment);
  return async request => {
    const { pathname } = new URL(request.url);
    const answer = (body: string | Uint8Array<ArrayBuffer>, type: string): Response =>
      new Response(body, { headers: { 'content-type': type, 'content-security-policy': policy } });
    if (pathname === '/')
      return answer(`<!doctype html><html lang="en"><title>A page</title>${html}`, 'text/html');
    if (pathname === '/favicon.ico') return new Response(null, { status: 204 });
    // The Worker and the worklet, where the bundler put them.
    if (pathname.startsWith('/assets/'))
      return answer(await readFile(`${source}-page${pathname}`), 'text/javascript');
    if (pathname === '/grants' && grant) return new Response(await grant(await request.json()));
    return files(request);
  };
}

const readmePolicy = ({ service, storage }: Deployment): string =>
  (codeIn('README.md', 'text')[0] ?? '')
    .replaceAll('\n', ' ')
    .replace('<key service>', service.url)
    .replace('<storage>', storage.url);
