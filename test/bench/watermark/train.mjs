// `npm run train:watermark`: builds the watermark package, compiles this folder for Node, and trains the detector's network.
import { run } from '../../setup/run.mjs';

await run('Watermark package', ['npx', 'tsc', '--build', 'packages/watermark']);
await run('Training code', ['npx', 'tsc', '-p', 'test/bench/watermark']);
const [script, args] = ['test/var/bench-watermark/training/train.js', process.argv.slice(2)];
await run('Network', ['node', script, ...args]);
