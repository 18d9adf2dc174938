import { nodeResolve } from '@rollup/plugin-node-resolve';

export default {
  input: {
    main: 'main.js',
    'vault.worker': '@secure-call/player/worker',
    'watermark.worklet': '@secure-call/player/worklet',
  },
  output: { dir: 'dist' },
  plugins: [nodeResolve()],
};
