import type { CallVault } from './call-vault.ts';
import type { Handlers } from './worker-port.ts';

/** The commands that every vault takes. */
export const vaultHandlers = (vault: CallVault): Handlers => ({
  segment: async index => (await vault.segment(index)).buffer,
  peaks: async () => (await vault.peaks())?.buffer,
  transcript: async () => (await vault.transcript())?.buffer,
  progress: progress => vault.progress(progress),
  report: event => vault.report(event),
  renew: () => vault.renew(),
  lock: () => vault.lock(),
  unlock: progress => vault.unlock(progress),
  close: args => vault.close(args),
});
