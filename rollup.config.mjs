import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';

// Only what must stand alone is bundled; everything else ships as tsc wrote it.
// `browser: true` would pick an ES5 build of a dependency that standardized-audio-context cannot use.
const plugins = [nodeResolve(), commonjs(), terser({ module: true, ecma: 2020, compress: { passes: 3 } })];

/** A file that stands alone: worker or page. */
const standalone = (input, file, extra = {}) => ({
  input,
  output: { file, format: 'es', sourcemap: true, inlineDynamicImports: true, ...extra },
  plugins,
});

export default [
  // The vault Worker: browsers start it by its address, so it cannot import from elsewhere.
  standalone('packages/player/dist/vault/vault-worker.js', 'packages/player/dist/vault.worker.js'),
  // The same for hosts without a key service.
  standalone(
    'packages/player/dist/vault/simple-vault-worker.js',
    'packages/player/dist/simple-vault.worker.js',
  ),
  // The watermark in the audio thread: loaded by its address too. The player looks for it beside its own files.
  ...['watermark', 'player'].map(holder =>
    standalone(
      'packages/watermark/dist/worklet/watermark-worklet.js',
      `packages/${holder}/dist/watermark.worklet.js`,
    ),
  ),
  // The example's page, in chunks, so that the player is loaded only when a call is opened.
  {
    input: 'examples/clinic/page/dist/main.js',
    output: { dir: 'examples/clinic/page/dist/bundle', format: 'es', chunkFileNames: '[name].js' },
    plugins,
  },
];
