import { existsSync, readdirSync } from 'node:fs';
import { inRepository } from './places.mjs';

/**
 * What the navigation shows, in its order. `file` is a Markdown file of the repository; pages without one are generated.
 * @type {{ title: string, pages: { title: string, file?: string, path: string }[] }[]}
 */
const planned = [
  {
    title: 'Start',
    pages: [
      { title: 'Overview', file: 'README.md', path: 'index.html' },
      { title: 'Quick start', file: 'docs/quick-start.md' },
    ],
  },
  {
    title: 'In your page',
    pages: [
      { title: 'Embedding', file: 'docs/embedding.md' },
      { title: 'The element', file: 'docs/element.md' },
      { title: 'React', file: 'docs/react.md' },
      { title: 'Headless', file: 'docs/headless.md' },
      { title: 'Isolation', file: 'docs/isolation.md' },
      { title: 'Browsers', file: 'docs/browsers.md' },
      { title: 'Without a key service', file: 'docs/simple-mode.md' },
    ],
  },
  {
    title: 'In your backend',
    pages: [
      { title: 'Grants', file: 'docs/grants.md' },
      { title: 'The protocol', file: 'docs/protocol.md' },
    ],
  },
  {
    title: 'Operate',
    pages: [
      { title: 'From archive to service', file: 'docs/operating.md' },
      { title: 'Packaging', file: 'docs/packaging.md' },
      { title: 'The key service', file: 'docs/service.md' },
      { title: 'Tracing a leak', file: 'docs/tracing.md' },
    ],
  },
  {
    title: 'Trust',
    pages: [
      { title: 'Threat model', file: 'SECURITY.md', path: 'security.html' },
      { title: 'For privacy officers', file: 'docs/privacy.md' },
      { title: 'Watermarks', file: 'docs/watermark.md' },
      { title: 'Accessibility', file: 'docs/accessibility.md' },
      { title: 'Architecture', file: 'docs/architecture.md' },
    ],
  },
  {
    title: 'Reference',
    pages: [
      { title: 'The tag', path: 'reference/element.html' },
      { title: 'Commands', path: 'reference/commands.html' },
      { title: '@secure-call/player', path: 'reference/player.html' },
      { title: '@secure-call/element', path: 'reference/element-class.html' },
      { title: '@secure-call/react', path: 'reference/react.html' },
      { title: '@secure-call/protocol', path: 'reference/protocol.html' },
      { title: '@secure-call/watermark', path: 'reference/watermark.html' },
      { title: '@secure-call/packager', path: 'reference/packager.html' },
      { title: '@secure-call/server', path: 'reference/server.html' },
    ],
  },
];

const pathOf = file => file.replace(/^docs\//, '').replace(/\.md$/, '.html');

const placed = ({ title, file, path }) => ({ title, file, path: path ?? pathOf(file) });

/** The sections with the pages that exist, and a last one for pages that nobody has given a place yet. */
export function sections() {
  const known = planned.map(({ title, pages }) => ({
    title,
    pages: pages.filter(({ file }) => file === undefined || existsSync(inRepository(file))).map(placed),
  }));
  const files = new Set(known.flatMap(({ pages }) => pages.map(({ file }) => file)));
  const others = readdirSync(inRepository('docs'))
    .filter(name => name.endsWith('.md') && !files.has(`docs/${name}`))
    .map(name => placed({ title: name.slice(0, -3), file: `docs/${name}` }));
  return others.length === 0 ? known : [...known, { title: 'More', pages: others }];
}

/** Every page with the title of its section. */
export const allPages = () =>
  sections().flatMap(({ title: section, pages }) => pages.map(page => ({ ...page, section })));
