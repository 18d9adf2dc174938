import { readdir, readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';

// Only what must stand alone, or ships without what is not used of it, is bundled; everything else ships as tsc wrote it.
// `browser: true` would pick an ES5 build of a dependency that standardized-audio-context cannot use.
const bundling = (compress = {}) => [
  nodeResolve(),
  commonjs(),
  terser({ module: true, ecma: 2020, compress: { passes: 3, ...compress } }),
];
const plugins = bundling();

/** A file that stands alone: worker or page. */
const standalone = (input, file, extra = {}) => ({
  input,
  output: { file, format: 'es', sourcemap: true, inlineDynamicImports: true, ...extra },
  plugins,
});

/** The same as an address of its package: to TypeScript it is a module without exports. */
const exported = (input, file) => {
  const fileName = basename(file).replace(/js$/, 'd.ts');
  const types = {
    name: 'types',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: 'export {};\n' });
    },
  };
  return { ...standalone(input, file), plugins: [...plugins, types] };
};

/** A file of the player that only names what it takes of a library: the library itself is put in its place. */
const narrowed = (name, library, rights, { compress, plugins: own = [] }) => ({
  input: `packages/player/src/${name}.ts`,
  output: {
    file: `packages/player/dist/${name}.js`,
    format: 'es',
    sourcemap: true,
    banner: async () =>
      `/*! ${library} ${await versionOf(library)}, ${rights}; minified and without what is not used. */`,
  },
  plugins: [...own, ...bundling(compress)],
});

const fileOf = (library, path) => new URL(`node_modules/${library}/${path}`, import.meta.url);
const versionOf = async library =>
  JSON.parse(await readFile(fileOf(library, 'package.json'), 'utf8')).version;

/** hls.js's log, which prints nothing without its `debug` setting. Its errors are events. */
const hlsLog = ['this', 'logger', 'this.logger', 'hls.logger', 'this.hls.logger'].flatMap(owner =>
  ['trace', 'debug', 'log', 'info', 'warn', 'error'].map(level => `${owner}.${level}`),
);

/** standardized-audio-context makes all its classes when it is loaded: those that nobody takes are left out. */
const audioFactoriesArePure = {
  name: 'audio-factories-are-pure',
  transform: (code, id) =>
    id.endsWith('standardized-audio-context/build/es2019/module.js')
      ? { code: code.replace(/\bcreate\w+\(/g, '/* @__PURE__ */ $&'), map: null }
      : null,
};

/** Names with hashes would pile up in a folder that is published whole. */
const emptied = folder => ({
  name: 'emptied',
  buildStart: () => rm(new URL(folder, import.meta.url), { recursive: true, force: true }),
});

/** A file that is served as it is. */
const copied = (fileName, from) => ({
  name: 'copied',
  async generateBundle() {
    this.emitFile({ type: 'asset', fileName, source: await readFile(new URL(from, import.meta.url)) });
  },
});
/**
 * Parts of hls.js that its own configuration leaves out where they are not named: for pictures, live streams, several
 * servers and loads of its own, none of which the player has. What is not found here would silently stay in.
 */
const hlsWithout = {
  name: 'hls-without',
  transform(code, id) {
    if (!id.endsWith('hls.js/dist/hls.light.mjs')) return null;
    const unused = [
      'capLevelController: CapLevelController',
      'fpsController: FPSController',
      'latencyController: LatencyController',
      'id3TrackController: ID3TrackController',
      'contentSteeringController: ContentSteeringController',
      'loader: XhrLoader',
    ];
    // No call has pictures, and the vault decrypts.
    const never = ['new AvcVideoParser()', 'new AESDecryptor()'];
    const streaming = 'if (config.progressive) {\n      enableStreamingMode(config, logger);\n    }';
    const cuts = [
      ...unused.map(entry => [entry, `${entry.split(':')[0]}: undefined`]),
      ...never.map(entry => [entry, 'null']),
      [streaming, ''],
    ];
    const cut = cuts.reduce((text, [from, to]) => {
      if (text.split(from).length !== 2) throw new Error(`hls.js has changed: ${from}`);
      return text.replace(from, to);
    }, code);
    return { code: cut, map: null };
  },
};

/** Private properties that no script sets, by the length of their new names: what only sheets read need not be spelt out. */
const privateNames = await (async () => {
  const folder = new URL('packages/element/src/', import.meta.url);
  const sources = async at =>
    Promise.all(
      (await readdir(at))
        .filter(name => name.endsWith('.ts'))
        .map(name => readFile(new URL(name, at), 'utf8')),
    );
  const scripts = (await sources(folder)).join();
  const found = (await sources(new URL('styles/', folder))).join().match(/--_[a-z-]+/g) ?? [];
  const inSheets = [...new Set(found)].filter(name => !scripts.includes(name)).sort();
  return new Map(inSheets.map((name, index) => [name, `--${index.toString(36)}`]));
})();

/** Style sheets without the white space and comments that only readers need. */
const style = name => ({
  input: `packages/element/src/styles/${name}.ts`,
  output: { file: `packages/element/dist/styles/${name}.js`, format: 'es', sourcemap: true },
  plugins: [
    {
      name: 'style',
      renderChunk: code => ({
        code: code.replace(
          /(?<== )`[^`]*`/,
          text =>
            `\`${text
              .slice(1, -1)
              .replace(/\s+/g, ' ')
              .replace(/ ?([{};,<>=!]) ?/g, '$1')
              .replace(/: /g, ':')
              .replace(/;}/g, '}')
              .replace(/(?<=[ :,(])0\./g, '.')
              .replace(/--_[a-z-]+/g, name => privateNames.get(name) ?? name)
              .trim()}\``,
        ),
        map: null,
      }),
    },
  ],
});
const styles = [
  'theme',
  'button',
  'start',
  'controls',
  'forms',
  'states',
  'line',
  'call',
  'panels',
  'extras',
  'watermark',
];

export default [
  narrowed('hls', 'hls.js', 'Copyright 2017 Dailymotion, parts 2013-2015 Brightcove, Apache-2.0', {
    compress: { pure_funcs: hlsLog },
    plugins: [hlsWithout],
  }),
  ...styles.map(style),
  narrowed('audio-nodes', 'standardized-audio-context', 'Copyright 2024 Christoph Guttandin, MIT', {
    plugins: [audioFactoriesArePure],
  }),
  // The vault Worker: browsers start it by its address, so it cannot import from elsewhere.
  exported('packages/player/dist/vault/vault-worker.js', 'packages/player/dist/vault.worker.js'),
  // The same for hosts without a key service.
  exported(
    'packages/player/dist/vault/simple-vault-worker.js',
    'packages/player/dist/simple-vault.worker.js',
  ),
  // The watermark in the audio thread: loaded by its address too. The player looks for it beside its own files.
  ...['watermark', 'player'].map(name =>
    exported(
      'packages/watermark/dist/worklet/watermark-worklet.js',
      `packages/${name}/dist/watermark.worklet.js`,
    ),
  ),
  // The page that holds an isolated player: one folder to be served from an origin of its own, with nothing to build.
  {
    input: 'packages/element/dist/frame/frame-page.js',
    output: {
      dir: 'packages/element/dist/player-frame',
      entryFileNames: 'frame.js',
      format: 'es',
      sourcemap: true,
      inlineDynamicImports: true,
    },
    plugins: [...plugins, copied('frame.html', 'packages/element/src/frame/frame.html')],
  },
  standalone(
    'packages/player/dist/vault/vault-worker.js',
    'packages/element/dist/player-frame/vault.worker.js',
  ),
  standalone(
    'packages/watermark/dist/worklet/watermark-worklet.js',
    'packages/element/dist/player-frame/watermark.worklet.js',
  ),
  // The same for pages that nobody bundles: one folder to be served as it is, and loaded by `<script type="module">`.
  {
    input: {
      'secure-call-player': 'packages/element/dist/standalone.js',
      'call-player': 'packages/player/dist/index.js',
    },
    output: {
      dir: 'packages/element/dist/standalone',
      format: 'es',
      chunkFileNames: '[name]-[hash].js',
      banner: '/*! Secure Call Player, Apache-2.0. The libraries in it and their notices: NOTICE */',
    },
    plugins: [
      emptied('packages/element/dist/standalone'),
      ...plugins,
      ...['vault.worker.js', 'simple-vault.worker.js', 'watermark.worklet.js'].map(file =>
        copied(file, `packages/player/dist/${file}`),
      ),
      copied('NOTICE', 'NOTICE'),
    ],
  },
  // The example's pages, in chunks, so that the player is loaded only when a call is opened.
  {
    input: ['main', 'bucket', 'who-listened', 'reviews', 'trace'].map(
      page => `examples/clinic/page/dist/${page}.js`,
    ),
    output: { dir: 'examples/clinic/page/dist/bundle', format: 'es', chunkFileNames: '[name].js' },
    plugins,
  },
];
