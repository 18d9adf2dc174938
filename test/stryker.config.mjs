// `npm run mutate`: takes every check out of the code that guards keys, one at a time; some test must notice.
// In place, because packages find each other through links that a copy would not follow; files are put back at the end.
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/vitest.mutants.config.mjs' },
  inPlace: true,
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  mutate: [
    'packages/protocol/src/compact-signature.ts',
    'packages/protocol/src/dpop.ts',
    'packages/protocol/src/grant.ts',
    'packages/protocol/src/pinned-jws.ts',
    'packages/server/src/grant-redemption.ts',
    'packages/server/src/issue-lease.ts',
    'packages/server/src/lease-window.ts',
    'packages/server/src/leases.ts',
    'packages/server/src/pacing.ts',
    'packages/server/src/proof-check.ts',
    'packages/server/src/time-ranges.ts',
  ],
  // Words for people are read by people: a changed sentence opens no gate.
  mutator: { excludedMutations: ['StringLiteral'] },
  reporters: ['clear-text', 'json', 'progress'],
  clearTextReporter: { reportTests: false, logTests: false },
  jsonReporter: { fileName: 'test/var/mutation.json' },
  tempDirName: 'test/var/stryker',
  concurrency: 2,
  timeoutMS: 20_000,
  thresholds: { high: 95, low: 90, break: 90 },
};
