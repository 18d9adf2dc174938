import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['@secure-call/source'] };

/** The tests that guard tokens, proofs, leases and ranges, for `npm run mutate`. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve,
  ssr: { resolve },
  test: {
    provide: { countFactor: 1 },
    include: [
      'test/unit/protocol/**/*.test.ts',
      'test/unit/server/{access-events,audit-log,erasures,external-archive-key,grant-refusal,happy-path,lease-window,leases,nonces,pacing,registrations,session-end,sessions,spent-proofs,time-ranges,lease-faults,refusal-limits}.test.ts',
      'test/redteam/{lying-client,restored-back-up,rubbish,forged-tokens}.node.test.ts',
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
