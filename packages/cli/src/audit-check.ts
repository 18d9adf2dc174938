import { parseArgs } from 'node:util';
import { parseRecordProof, verifyRecordProof } from '@secure-call/protocol';
import { readAuditFile, readVerifiers } from './audit-file.ts';
import { onlyFile } from './audit-verify.ts';
import { required } from './command.ts';
import type { Terminal } from './terminal.ts';

/** `secure-call audit check` */
export async function auditCheck(args: readonly string[], { stdout }: Terminal): Promise<0 | 1> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { key: { type: 'string' } },
  });
  const proof = parseRecordProof(await readAuditFile(onlyFile(positionals), 'proof'));
  const holds = await verifyRecordProof(proof, ...(await readVerifiers(required(values.key, '--key FILE'))));
  const words = holds ? 'is the one' : 'is not the one';
  stdout.write(`Record ${proof.record.n} ${words} that the checkpoint covers.\n`);
  return holds ? 0 : 1;
}
