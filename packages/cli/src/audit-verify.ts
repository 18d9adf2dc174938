import { parseArgs } from 'node:util';
import {
  type AuditFault,
  type AuditRecord,
  AuditVerifier,
  type Checkpoint,
  openCheckpoint,
  parseExportLine,
  SecureCallError,
  tenantOfOrigin,
} from '@secure-call/protocol';
import { exportLines, readCheckpoints, readVerifiers, type Verifiers } from './audit-file.ts';
import { required, UsageError } from './command.ts';
import type { Terminal } from './terminal.ts';

/** `secure-call audit verify` */
export async function auditVerify(args: readonly string[], { stdout }: Terminal): Promise<0 | 1> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { key: { type: 'string' }, checkpoint: { type: 'string', multiple: true, default: [] } },
  });
  const path = onlyFile(positionals);
  const verifiers = await readVerifiers(required(values.key, '--key FILE'));
  const elsewhere = await readCheckpoints(values.checkpoint, verifiers);
  const verified = await verifyExport(path, verifiers, elsewhere);
  const { fault } = verified;
  stdout.write(fault ? `${describeFault(fault)}\n` : describeSuccess(verified, elsewhere));
  return fault ? 1 : 0;
}

export function onlyFile([path, ...others]: readonly string[]): string {
  if (path === undefined || others.length > 0) throw new UsageError('Name one file.');
  return path;
}

export interface VerifiedExport {
  readonly fault: AuditFault | undefined;
  /** How many records held. */
  readonly size: number;
  /** How many of them a checkpoint covers. */
  readonly confirmed: number;
  /** Of how many of them retention has deleted the content. */
  readonly deleted: number;
  /** The export's own, as it was signed. */
  readonly checkpoint: string | null;
}

/**
 * Holds an export against its own checkpoint and others. It is read twice, as its own comes last.
 * @param onRecord - gets every record that holds
 */
export async function verifyExport(
  path: string,
  verifiers: Verifiers,
  elsewhere: readonly Checkpoint[],
  onRecord: (record: AuditRecord) => Promise<void> = () => Promise.resolve(),
): Promise<VerifiedExport> {
  const checkpoint = await endOf(path);
  const own = checkpoint === null ? [] : [await openCheckpoint(checkpoint, ...verifiers)];
  const log = new AuditVerifier(tenantOfOrigin(verifiers[0].name), [...own, ...elsewhere]);
  const fault = (await firstFault(path, log, onRecord)) ?? log.end();
  const { size, confirmed, deleted } = log;
  return { fault, size, confirmed, deleted, checkpoint };
}

async function firstFault(
  path: string,
  log: AuditVerifier,
  onRecord: (record: AuditRecord) => Promise<void>,
): Promise<AuditFault | undefined> {
  for await (const line of exportLines(path)) {
    const record = recordIn(line);
    if (record === undefined) return { n: log.size, why: 'record' };
    if ('checkpoint' in record) return undefined;
    const fault = await log.add(record);
    if (fault) return fault;
    await onRecord(record);
  }
  return undefined;
}

/** @returns undefined for a line that was made into something else */
function recordIn(line: string): ReturnType<typeof parseExportLine> | undefined {
  try {
    return parseExportLine(line);
  } catch {
    return undefined;
  }
}

/** @throws {SecureCallError} `export_unreadable` when the last line is none of an export */
async function endOf(path: string): Promise<string | null> {
  let last = '';
  for await (const line of exportLines(path)) last = line;
  const end = recordIn(last);
  if (end && 'checkpoint' in end) return end.checkpoint;
  throw new SecureCallError('export_unreadable', 'The last line of the export is missing; export it again.');
}

export function describeFault({ n, why, through }: AuditFault): string {
  if (why === 'record') return `Record ${n} was changed.`;
  if (why === 'order') return `Record ${n} is missing, or another one stands in its place.`;
  if (why === 'chain') return `Record ${n} does not follow the one before it in its chain.`;
  if (why === 'deleted') return `The content of record ${n} is gone, and it is too young for that.`;
  if (why === 'missing') return `Record ${n} and what comes after it are missing: a checkpoint covers more.`;
  return `Records ${n} to ${through} are not the ones that a checkpoint covers: one of them was changed, put in or left out, and everything computed anew.`;
}

function describeSuccess(
  { size, confirmed, deleted }: VerifiedExport,
  elsewhere: readonly Checkpoint[],
): string {
  const covered = Math.max(0, ...elsewhere.map(checkpoint => checkpoint.size));
  const kept =
    elsewhere.length === 0
      ? 'No checkpoint that was kept elsewhere was given: what somebody computed anew and had signed would not show.'
      : `Checkpoints kept elsewhere cover ${covered} of them.`;
  const gone = deleted === 0 ? '' : `Retention has deleted the content of ${deleted} of them.\n`;
  return `${size} records hold; checkpoints cover ${confirmed} of them.\n${gone}${kept}\n`;
}
