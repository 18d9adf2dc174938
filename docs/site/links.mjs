import { statSync } from 'node:fs';
import { posix } from 'node:path';
import { inRepository } from './places.mjs';

const isAddress = href => /^[a-z][a-z+.-]*:/i.test(href);

/** Where a file of the repository that is no page of its own is shown in the site. */
export const sourcePath = file =>
  statSync(inRepository(file)).isDirectory()
    ? posix.join('source', file, 'index.html')
    : `source/${file}.html`;

/** A link's way from one page of the site to another. */
export const relative = (from, to) => posix.relative(posix.dirname(from), to) || posix.basename(to);

/**
 * Turns links between files of the repository into links between pages of the site.
 * @param pages - path of each page by its file
 */
export class Links {
  #pages;
  /** Files and folders that a page points to and that are no pages themselves. */
  sources = new Set();

  constructor(pages) {
    this.#pages = pages;
  }

  /**
   * @param page - `{ file, path }` of the page that has the link
   * @throws {Error} when the link leads to nothing in the repository
   */
  resolve(href, page) {
    if (isAddress(href) || href.startsWith('#')) return href;
    const [path, fragment] = href.split('#');
    const file = posix.normalize(posix.join(posix.dirname(page.file), path)).replace(/\/$/, '');
    return relative(page.path, this.#target(file, page)) + (fragment === undefined ? '' : `#${fragment}`);
  }

  #target(file, page) {
    if (this.#pages.has(file)) return this.#pages.get(file);
    if (file.startsWith('docs/images/')) return file.slice('docs/'.length);
    try {
      const target = sourcePath(file);
      this.sources.add(file);
      return target;
    } catch {
      throw new Error(`${page.file}: there is no ${file}`);
    }
  }
}
