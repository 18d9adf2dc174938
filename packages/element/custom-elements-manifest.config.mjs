// `npm run build` describes the element from its source: the manifest, and what editors read.
import { customElementVsCodePlugin } from 'custom-element-vs-code-integration';

const callbacks = new Set([
  'observedAttributes',
  'connectedCallback',
  'disconnectedCallback',
  'attributeChangedCallback',
]);

const isPublic = ({ name, privacy, description }) =>
  privacy !== 'private' &&
  privacy !== 'protected' &&
  !name.startsWith('#') &&
  !callbacks.has(name) &&
  !description?.includes('@internal');

/** Where the published package has it. */
const published = path => path.replace(/^\/?src\/(.+)\.ts$/, 'dist/$1.js');

/** Only what a host can use. */
const publicOnly = {
  name: 'public-only',
  packageLinkPhase({ customElementsManifest }) {
    for (const module of customElementsManifest.modules) {
      module.path = published(module.path);
      module.declarations = module.declarations?.filter(({ kind }) => kind === 'class');
      const names = new Set(module.declarations?.map(({ name }) => name));
      module.exports = module.exports?.filter(({ kind, name }) => kind !== 'js' || names.has(name));
      for (const { declaration } of module.exports ?? [])
        if (declaration.module !== undefined) declaration.module = published(declaration.module);
      for (const declared of module.declarations ?? []) {
        const { superclass, members } = declared;
        if (superclass?.module !== undefined) superclass.module = published(superclass.module);
        if (members !== undefined) declared.members = members.filter(isPublic);
      }
    }
  },
};

export default {
  globs: [
    'src/configured-element.ts',
    'src/define.ts',
    'src/element-events.ts',
    'src/media-element.ts',
    'src/secure-call-player-element.ts',
  ],
  outdir: '.',
  packagejson: false,
  quiet: true,
  plugins: [
    publicOnly,
    customElementVsCodePlugin({
      outdir: '.',
      htmlFileName: 'vscode.html-custom-data.json',
      cssFileName: 'vscode.css-custom-data.json',
      hideLogs: true,
    }),
  ],
};
