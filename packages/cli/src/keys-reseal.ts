import { parseArgs } from 'node:util';
import { SecureCallError } from '@secure-call/protocol';
import { openStore, resealCalls, type ResealReport, sealedKeysByRecipient } from '@secure-call/server';
import { required, UsageError } from './command.ts';
import { readServeConfig, type ServeConfig } from './serve-config.ts';
import { ProgressLine, type Terminal } from './terminal.ts';

const MAX_BATCH = 1000;

/** `secure-call keys reseal` */
export async function keysReseal(args: readonly string[], terminal: Terminal): Promise<0 | 1> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' }, by: { type: 'string' }, batch: { type: 'string' } },
  });
  const by = required(values.by, '--by NAME');
  const batch = values.batch === undefined ? {} : { batch: readBatch(values.batch) };
  const config = await readServeConfig(required(values.config, '--config FILE'), process.env);
  const [target] = config.archiveKeyList;
  if (!target) throw new SecureCallError('configuration_invalid', 'The configuration has no archive key.');
  const store = await openStore(config.store);
  const progress = new ProgressLine(terminal);
  try {
    const { archiveKeys } = config.service;
    const { signal } = terminal;
    const onProgress = ({ seen, resealed }: ResealReport): void =>
      progress.show(`${seen} packagings looked at, ${resealed} re-sealed`);
    const report = await resealCalls({ store, archiveKeys, target, by, ...batch, signal, onProgress });
    progress.clear();
    if (signal.aborted) throw new SecureCallError('aborted', 'Stopped; run it again to go on.');
    return tell(config, report, await sealedKeysByRecipient(store), terminal);
  } finally {
    progress.clear();
    await store.close();
  }
}

function readBatch(text: string): number {
  const batch = Number(text);
  if (Number.isInteger(batch) && batch >= 1 && batch <= MAX_BATCH) return batch;
  throw new UsageError(`--batch is 1 to ${MAX_BATCH}.`);
}

function tell(
  { service: { archiveKeys }, archiveKeyList: [target] }: ServeConfig,
  { seen, resealed, unopened }: ResealReport,
  counts: ReadonlyMap<string, number>,
  { stdout }: Terminal,
): 0 | 1 {
  const current = (target?.publicKeys ?? []).map(({ kid = '' }) => kid);
  const known = archiveKeys.publicKeys.map(({ kid = '' }) => kid);
  stdout.write(`${seen} packagings looked at, ${resealed} re-sealed to ${current.join(', ')}.\n`);
  if (unopened > 0) stdout.write(`${unopened} open with none of the archive keys, and were left.\n`);
  for (const kid of known.filter(id => !current.includes(id))) stdout.write(`${wordsOf(kid, counts)}\n`);
  const hanging = [...counts.keys()].filter(id => !current.includes(id));
  const unknown = hanging.filter(id => !known.includes(id)).length;
  if (unknown > 0) stdout.write(`Some name ${unknown} further keys that the configuration lacks.\n`);
  return unopened === 0 && hanging.length === 0 ? 0 : 1;
}

function wordsOf(kid: string, counts: ReadonlyMap<string, number>): string {
  const count = counts.get(kid) ?? 0;
  return count === 0
    ? `Nothing hangs on ${kid} any more: take it out of "archiveKeys", and destroy it once the oldest back-up that needs it is gone.`
    : `${count} sealed keys still name ${kid}: run this again.`;
}
