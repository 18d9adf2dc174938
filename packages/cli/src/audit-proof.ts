import { parseArgs } from 'node:util';
import {
  type AuditRecord,
  type Bytes,
  fromBase64url,
  inclusionPath,
  leafHash,
  openCheckpoint,
  type RecordProof,
  SecureCallError,
  toBase64url,
  TreeEdge,
} from '@secure-call/protocol';
import { readVerifiers } from './audit-file.ts';
import { describeFault, onlyFile, verifyExport } from './audit-verify.ts';
import { required, UsageError } from './command.ts';
import type { Terminal } from './terminal.ts';

/** `secure-call audit proof` */
export async function auditProof(args: readonly string[], { stdout }: Terminal): Promise<0> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { key: { type: 'string' }, n: { type: 'string' } },
  });
  const n = required(values.n, '--n NUMBER');
  if (!/^\d{1,15}$/.test(n)) throw new UsageError('--n is the number of a record.');
  const proof = await proofOf(onlyFile(positionals), Number(n), required(values.key, '--key FILE'));
  stdout.write(`${JSON.stringify(proof)}\n`);
  return 0;
}

/** @throws {SecureCallError} `export_unreadable` when the export does not hold, or has no such record under its checkpoint */
async function proofOf(path: string, n: number, keyFile: string): Promise<RecordProof> {
  const verifiers = await readVerifiers(keyFile);
  const edge = new TreeEdge();
  const nodes = new Map<string, Bytes>();
  let record: AuditRecord | undefined;
  const { fault, checkpoint } = await verifyExport(path, verifiers, [], async taken => {
    if (taken.n === n) record = taken;
    const completed = await edge.append(await leafHash(fromBase64url(taken.hash)));
    for (const { level, place, hash } of completed) nodes.set(`${level}/${place}`, hash);
  });
  if (fault) throw new SecureCallError('export_unreadable', describeFault(fault));
  const size = checkpoint === null ? 0 : (await openCheckpoint(checkpoint, ...verifiers)).size;
  if (!record || checkpoint === null || n >= size)
    throw new SecureCallError('export_unreadable', 'The checkpoint of the export covers no such record.');
  const read = (level: number, place: number): Bytes => nodes.get(`${level}/${place}`) as Bytes;
  return { record, path: (await inclusionPath(read, n, size)).map(toBase64url), checkpoint };
}
