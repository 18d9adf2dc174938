import MarkdownIt from 'markdown-it';
import { escapeHtml, highlight } from './highlight.mjs';
import { Slugs } from './slugs.mjs';

const plain = token =>
  (token.children ?? [])
    .filter(({ type }) => ['text', 'code_inline'].includes(type))
    .map(({ content }) => content)
    .join('');

/** Gives headings their anchors and collects them. */
function anchorHeadings(tokens, headings) {
  const slugs = new Slugs();
  tokens.forEach((token, place) => {
    if (token.type !== 'heading_open') return;
    const text = plain(tokens[place + 1]);
    const id = slugs.of(text);
    token.attrSet('id', id);
    headings.push({ level: Number(token.tag.slice(1)), text, id });
  });
}

function rewriteLinks(tokens, resolve) {
  for (const token of tokens.flatMap(({ children }) => children ?? []))
    for (const name of ['href', 'src']) {
      const address = token.attrGet?.(name);
      if (address) token.attrSet(name, resolve(decodeURI(address)));
    }
}

const language = token => /^\S*/.exec(token.info)[0];

/** A table's corner without words is no heading. */
function unmarkEmptyHeadings(tokens) {
  tokens.forEach((token, place) => {
    if (token.type !== 'th_open' || tokens[place + 1].content !== '') return;
    token.tag = 'td';
    tokens[place + 2].tag = 'td';
  });
}

/** Wide tables and long lines scroll by keyboard, too. */
function scrollable(markdown) {
  const { rules } = markdown.renderer;
  rules.table_open = () => '<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n';
  rules.table_close = () => '</table></div>\n';
  rules.fence = (tokens, place) =>
    `<pre tabindex="0"><code>${highlight(tokens[place].content, language(tokens[place]))}</code></pre>\n`;
  rules.code_block = (tokens, place) =>
    `<pre tabindex="0"><code>${escapeHtml(tokens[place].content)}</code></pre>\n`;
}

/**
 * A Markdown text as HTML.
 * @param resolve - what a link or an image's address becomes
 * @returns `{ html, headings }`, headings as `{ level, text, id }`
 */
export function renderMarkdown(text, resolve) {
  const markdown = new MarkdownIt({ html: false, linkify: false });
  scrollable(markdown);
  const tokens = markdown.parse(text, {});
  const headings = [];
  anchorHeadings(tokens, headings);
  rewriteLinks(tokens, resolve);
  unmarkEmptyHeadings(tokens);
  return { html: markdown.renderer.render(tokens, markdown.options, {}), headings };
}
