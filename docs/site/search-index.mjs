import MiniSearch from 'minisearch';

/** What the search looks at; `client/site.js` reads the index with the same options. */
export const searchOptions = { fields: ['title', 'page', 'text'], storeFields: ['title', 'page', 'path'] };

const words = html =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/&[a-z]+;/g, ' ')
    .replaceAll(/\s+/g, ' ');

/** One entry for each heading of each page, with the words below it. */
const entriesOf = page =>
  page.html.split(/(?=<h[1-3] id=")/).flatMap(part => {
    const heading = /^<h[1-3] id="([^"]+)">(.*?)<\/h/s.exec(part);
    if (!heading) return [];
    return [
      {
        id: `${page.path}#${heading[1]}`,
        path: `${page.path}#${heading[1]}`,
        page: page.title,
        title: words(heading[2]).trim(),
        text: words(part),
      },
    ];
  });

/** The index as JSON; the browser searches it without asking anybody. */
export function searchIndex(pages) {
  const index = new MiniSearch(searchOptions);
  index.addAll(pages.flatMap(entriesOf));
  return JSON.stringify(index);
}
