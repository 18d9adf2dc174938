import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { inRepository } from './places.mjs';
import { Slugs } from './slugs.mjs';

const packages = ['player', 'element', 'react', 'protocol', 'watermark', 'packager', 'server'];

/** Where the reference of a package stands; the element's own page comes from its manifest. */
const pathOf = name => `reference/${name === 'element' ? 'element-class' : name}.html`;

const application = () =>
  Application.bootstrapWithPlugins({
    entryPoints: packages.map(name => inRepository(`packages/${name}/dist/index.d.ts`)),
    tsconfig: inRepository('docs/site/tsconfig.api.json'),
    plugin: ['typedoc-plugin-markdown'],
    router: 'module',
    readme: 'none',
    logLevel: 'Error',
    skipErrorChecking: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    hideBreadcrumbs: true,
    hidePageHeader: true,
  });

/** Every link between packages becomes one between their pages. */
const relink = text =>
  text.replaceAll(/\]\((?:\.\.\/)*(?:([a-z]+)\/)?dist\.md(#[^)]*)?\)/g, (whole, name, anchor = '') =>
    name === undefined ? `](${anchor})` : `](${pathOf(name).replace('reference/', '')}${anchor})`,
  );

const anchorsOf = text => {
  const slugs = new Slugs();
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugs.of(heading.replaceAll('\\', ''))),
  );
};

/** TypeDoc counts a name that is a type and a value twice, and writes it once. */
function mendAnchors(pages) {
  const anchors = new Map(pages.map(({ path, text }) => [path.replace('reference/', ''), anchorsOf(text)]));
  return pages.map(({ path, text }) => ({
    path,
    text: text.replaceAll(
      /\]\(([a-z-]+\.html)?#([^)]+)\)/g,
      (link, page = path.replace('reference/', ''), anchor) =>
        anchors.get(page)?.has(anchor) ? link : link.replace(/-\d+\)$/, ')'),
    ),
  }));
}

/**
 * The API of every package, from the types and docstrings that it ships.
 * @returns Markdown pages as `{ path, text }`
 */
export async function apiReference() {
  const app = await application();
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc could not read the declarations; build the packages first.');
  const folder = await mkdtemp(join(tmpdir(), 'api-reference-'));
  try {
    app.options.setValue('outputs', [{ name: 'markdown', path: folder }]);
    await app.generateOutputs(project);
    return mendAnchors(await Promise.all(packages.map(name => readPage(folder, name))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readPage(folder, name) {
  const text = await readFile(join(folder, name, 'dist.md'), 'utf8');
  const body = relink(text).replace(/^# .*\n/, '');
  return { path: pathOf(name), text: `# @secure-call/${name}\n${body}` };
}
