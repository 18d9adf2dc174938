import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { posix } from 'node:path';

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

/**
 * Links of built pages that lead nowhere, and whatever a page would load from another origin.
 * @param folder - where the site lies, with a slash at its end
 */
export async function brokenLinks(folder: string, pages: readonly string[]): Promise<string[]> {
  const texts = new Map<string, string>();
  for (const page of pages) texts.set(page, await readFile(folder + page, 'utf8'));
  const anchors = new Map(
    [...texts].map(([page, text]) => [page, new Set(matches(text, /\bid="([^"]+)"/g))]),
  );
  return [...texts].flatMap(([page, text]) =>
    [
      ...matches(text, /\bhref="([^"]+)"/g).filter(href => !leadsSomewhere(folder, page, href, anchors)),
      ...matches(text, /\bsrc="([^"]+)"/g).filter(
        src => !existsSync(folder + posix.join(posix.dirname(page), src)),
      ),
    ].map(link => `${page}: ${link}`),
  );
}

function leadsSomewhere(
  folder: string,
  page: string,
  href: string,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  if (href.startsWith('https://')) return true;
  const [path = '', anchor] = href.replaceAll('&amp;', '&').split('#');
  const target = path === '' ? page : posix.join(posix.dirname(page), path);
  if (anchor === undefined) return existsSync(folder + target);
  return anchors.get(target)?.has(decodeURIComponent(anchor)) ?? false;
}
