import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, posix } from 'node:path';
import { escapeHtml, highlight } from './highlight.mjs';
import { relative, sourcePath } from './links.mjs';
import { inRepository } from './places.mjs';

const LONGEST = 200_000;

/**
 * A page for a file or a folder of the repository that the documents point to, so that no link leaves the site.
 * @param file - path in the repository
 * @param known - the paths that have such a page
 */
export async function sourcePage(file, known) {
  const folder = (await stat(inRepository(file))).isDirectory();
  const html = folder ? await listing(file, known) : await content(file);
  return { title: file, path: sourcePath(file), html: `<h1>${escapeHtml(file)}</h1>\n${html}`, headings: [] };
}

async function listing(folder, known) {
  const names = (await readdir(inRepository(folder))).filter(
    name => !['dist', 'node_modules', 'var'].includes(name),
  );
  const items = names.map(name => {
    const file = posix.join(folder, name);
    const text = escapeHtml(name);
    return known.has(file)
      ? `<li><a href="${relative(sourcePath(folder), sourcePath(file))}">${text}</a></li>`
      : `<li>${text}</li>`;
  });
  return `<ul>${items.join('')}</ul>`;
}

async function content(file) {
  const text = (await readFile(inRepository(file), 'utf8')).slice(0, LONGEST);
  return `<pre tabindex="0"><code>${highlight(text, extname(file).slice(1))}</code></pre>`;
}
