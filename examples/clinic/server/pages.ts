import { type PageShell, pageHtml } from './page-shell.ts';

const listen: PageShell = {
  title: 'Listen',
  script: 'main',
  styles: ['site', 'guide', 'listen', 'welcome'],
};

/** The application's pages by their paths. The first one is the page to listen, with a few words before it. */
const pages: Readonly<Record<string, PageShell>> = {
  '/': listen,
  '/listen': listen,
  '/bucket': { title: 'Open bucket', script: 'bucket', styles: ['site', 'guide', 'text-page', 'bucket'] },
  '/who-listened': {
    title: 'Who listened',
    script: 'who-listened',
    styles: ['site', 'guide', 'listen', 'people'],
  },
  '/reviews': { title: 'Reviews', script: 'reviews', styles: ['site', 'guide', 'people'] },
  '/trace': { title: 'Trace a leak', script: 'trace', styles: ['site', 'guide', 'text-page', 'trace'] },
};

export const pagePaths: readonly string[] = Object.keys(pages);

/** Where the player is: pages on which someone has to be signed in. */
export const hasPlayer = (path: string): boolean => pages[path] === listen;

/** Every page's path and HTML. */
export const pageSources = (): readonly (readonly [path: string, html: string])[] =>
  Object.entries(pages).map(([path, shell]) => [path, pageHtml(shell)] as const);
