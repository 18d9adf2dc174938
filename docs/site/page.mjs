import { escapeHtml } from './highlight.mjs';
import { relative } from './links.mjs';

const NAME = 'Secure Call Player';

const navigation = (page, sections) =>
  sections
    .map(({ title, pages }) => {
      const items = pages.map(({ title: name, path }) => {
        const current = path === page.path ? ' aria-current="page"' : '';
        return `<li><a href="${relative(page.path, path)}"${current}>${escapeHtml(name)}</a></li>`;
      });
      return `<h2>${escapeHtml(title)}</h2><ul>${items.join('')}</ul>`;
    })
    .join('\n');

function outline(headings) {
  const items = headings
    .filter(({ level }) => level === 2 || level === 3)
    .map(({ level, text, id }) => `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`);
  if (items.length < 2) return '';
  return `<nav class="outline" aria-label="On this page"><h2>On this page</h2><ul>${items.join('')}</ul></nav>`;
}

/**
 * A page of the site. All script and style comes from files, so that `script-src 'self'; style-src 'self'` is enough.
 * @param page - `{ title, path, html, headings }`
 */
export function pageHtml(page, sections) {
  const to = path => relative(page.path, path);
  const title = page.path === 'index.html' ? NAME : `${page.title} · ${NAME}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" type="image/svg+xml" href="${to('assets/logo.svg')}">
<link rel="stylesheet" href="${to('assets/site.css')}">
<script src="${to('assets/theme.js')}"></script>
<script type="module" src="${to('assets/site.js')}"></script>
</head>
<body data-root="${to('assets/site.js').replace('assets/site.js', '')}">
<a class="skip" href="#content">To the content</a>
<header>
<a class="home" href="${to('index.html')}"><img src="${to('assets/logo.svg')}" alt="" width="28" height="28">${NAME}</a>
<div class="search" role="search" hidden>
<label for="search">Search</label><input id="search" type="search" autocomplete="off" spellcheck="false">
<p class="found" role="status"></p><ol class="results" hidden></ol>
</div>
<button class="theme" type="button" hidden></button>
</header>
<div class="columns">
<details class="contents" open><summary>All pages</summary><nav aria-label="All pages">${navigation(page, sections)}</nav></details>
<main id="content" tabindex="-1">
${page.html}
</main>
${outline(page.headings)}
</div>
</body>
</html>
`;
}
