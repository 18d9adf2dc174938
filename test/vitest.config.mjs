import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium, chromiumFlags } from './setup/chromium.mjs';

const resolve = { conditions: ['@secure-call/source'] };
/** Suites that need nothing of Node and therefore run in both places. */
const both = ['test/unit/protocol/**/*.test.ts'];
/** `npm run test:slow` tries properties so many times as often, and listens longer. */
const countFactor = process.env.SLOW_TESTS ? 20 : 1;

/** Real browsers with real sound on a busy machine: once more in CI, where the report names what needed it. */
const retries = process.env['CI'] ? 1 : 0;

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  cacheDir: 'node_modules/.vite',
  resolve,
  ssr: { resolve },
  test: {
    provide: { countFactor },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/unit/**/*.test.ts', 'test/redteam/**/*.node.test.ts'],
          testTimeout: 60_000 * countFactor,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        // The key service once more, on PostgreSQL.
        test: {
          name: 'postgres',
          include: [
            'test/unit/server/**/*.test.ts',
            'test/redteam/rogue-administrator.node.test.ts',
            'test/redteam/restored-back-up.node.test.ts',
            'test/redteam/retention.node.test.ts',
            'test/postgres/**/*.test.ts',
          ],
          // A trace is the same arithmetic on either store.
          exclude: ['test/unit/server/trace*.test.ts'],
          globalSetup: 'test/setup/postgres.ts',
          testTimeout: 60_000 * countFactor,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        // Found before the first run; a cold cache would otherwise reload the page in the middle of it.
        optimizeDeps: {
          include: [
            '@testing-library/dom',
            'axe-core',
            'hls-parser',
            'react',
            'react-dom',
            'react-dom/client',
            'react-dom/server.browser',
          ],
        },
        test: {
          name: 'chromium',
          include: [...both, 'test/browser/**/*.test.ts'],
          testTimeout: 60_000 * countFactor,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findChromium(), args: chromiumFlags } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: [
            'test/e2e/**/*.test.ts',
            'test/redteam/**/*.e2e.test.ts',
            'test/interop/**/*.e2e.test.ts',
          ],
          testTimeout: 180_000 * countFactor,
          hookTimeout: 120_000,
          retry: retries,
          // Each file starts a browser and a key service; two cores carry one at a time.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // Applications that install the packages as npm packs them, outside the repository.
        test: {
          name: 'consumers',
          include: ['test/consumers/*.test.ts'],
          globalSetup: 'test/consumers/installed-packages.ts',
          testTimeout: 300_000,
          hookTimeout: 120_000,
          retry: retries,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'engines',
          include: ['test/engines/**/*.test.ts'],
          globalSetup: 'test/engines/null-sink.ts',
          testTimeout: 240_000 * countFactor,
          hookTimeout: 120_000,
          retry: retries,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // The documents: their samples, their commands, their site.
        test: {
          name: 'docs',
          include: ['test/docs/**/*.test.ts'],
          testTimeout: 180_000 * countFactor,
          hookTimeout: 120_000,
          retry: retries,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // `npm run pictures`: those of the documents, taken anew.
        test: {
          name: 'pictures',
          include: ['test/pictures/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // `npm run redteam`: the attackers that need no browser, one after the other and timed.
        test: {
          name: 'redteam',
          include: ['test/redteam/**/*.node.test.ts'],
          provide: { redteam: true },
          testTimeout: 300_000 * countFactor,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // Of no part in `npm test`: figures are taken by hand, on a machine that does nothing else.
        test: {
          name: 'bench',
          include: ['test/bench/**/*.bench.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
