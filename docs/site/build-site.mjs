import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { apiReference } from './api-reference.mjs';
import { commandReference } from './command-reference.mjs';
import { elementReference } from './element-reference.mjs';
import { Links } from './links.mjs';
import { llmsFull, llmsIndex } from './llms.mjs';
import { renderMarkdown } from './markdown.mjs';
import { pageHtml } from './page.mjs';
import { inRepository, inSite } from './places.mjs';
import { searchIndex } from './search-index.mjs';
import { allPages, sections } from './sections.mjs';
import { sourcePage } from './source-pages.mjs';

/** Builds everything below `dist/`; the packages have to be built before. */
export async function buildSite() {
  await rm(inSite(''), { recursive: true, force: true });
  const pages = await readPages();
  const links = new Links(new Map(pages.filter(({ file }) => file).map(({ file, path }) => [file, path])));
  const rendered = pages.map(page => ({
    ...page,
    ...renderMarkdown(page.text, href => resolve(links, href, page)),
  }));
  const sources = await Promise.all([...links.sources].map(file => sourcePage(file, links.sources)));
  for (const page of [...rendered, ...sources]) await put(page.path, pageHtml(page, sections()));
  await put('search-index.json', searchIndex(rendered));
  await put('llms.txt', llmsIndex(pages));
  await put('llms-full.txt', llmsFull(pages));
  await putAssets();
}

/** Generated pages link among themselves; only files of the repository need another address. */
const resolve = (links, href, page) => (page.file === undefined ? href : links.resolve(href, page));

/** All pages with their Markdown, in the order of the navigation. */
async function readPages() {
  const generated = [await elementReference(), await commandReference(), ...(await apiReference())];
  const texts = new Map(generated.map(({ path, text }) => [path, text]));
  const read = page =>
    page.file === undefined ? texts.get(page.path) : readFile(inRepository(page.file), 'utf8');
  return Promise.all(allPages().map(async page => Object.assign(page, { text: await read(page) })));
}

async function putAssets() {
  await cp(inRepository('docs/site/client'), inSite('assets'), { recursive: true });
  await cp(inRepository('examples/clinic/page/logo.svg'), inSite('assets/logo.svg'));
  await cp(inRepository('docs/images'), inSite('images'), { recursive: true });
  const search = createRequire(import.meta.url).resolve('minisearch');
  await cp(join(dirname(search), '../es/index.js'), inSite('assets/minisearch.js'));
}

async function put(path, content) {
  await mkdir(dirname(inSite(path)), { recursive: true });
  await writeFile(inSite(path), content);
}
