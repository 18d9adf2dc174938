// `npm run bench:watermark`: builds the watermark package, compiles this folder for Node, and runs it.
import { run } from '../../setup/run.mjs';

await run('Watermark package', ['npx', 'tsc', '--build', 'packages/watermark']);
await run('Benchmark', ['npx', 'tsc', '-p', 'test/bench/watermark']);
const [script, args] = ['test/var/bench-watermark/run.js', process.argv.slice(2)];
await run('Watermark', ['node', script, ...args]);
