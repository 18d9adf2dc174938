import { build } from 'esbuild';

await build({
  entryPoints: {
    main: 'main.js',
    'vault.worker': '@secure-call/player/worker',
    'watermark.worklet': '@secure-call/player/worklet',
  },
  bundle: true,
  format: 'esm',
  splitting: true,
  outdir: 'dist',
});
