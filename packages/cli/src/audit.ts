import { auditCheck } from './audit-check.ts';
import { auditExport } from './audit-export.ts';
import { auditKey } from './audit-key.ts';
import { auditProof } from './audit-proof.ts';
import { auditVerify } from './audit-verify.ts';
import { type Command, UsageError } from './command.ts';
import type { Terminal } from './terminal.ts';

const ACTIONS: Readonly<Record<string, (args: readonly string[], terminal: Terminal) => Promise<0 | 1>>> = {
  key: auditKey,
  export: auditExport,
  verify: auditVerify,
  proof: auditProof,
  check: auditCheck,
};

/** `secure-call audit key|export|verify|proof|check` */
export const audit: Command = {
  name: 'audit',
  summary: 'Export the access record and verify it',
  help: `Usage: secure-call audit key --config FILE [--tenant NAME]
       secure-call audit export --service URL --out FILE
       secure-call audit verify EXPORT --key FILE [--checkpoint PATH]...
       secure-call audit proof EXPORT --n NUMBER --key FILE
       secure-call audit check PROOF --key FILE

key     prints, on the key service's machine, the lines by which a tenant's
        checkpoints are recognised, one for each service key. Give them to
        auditors by another way than the checkpoints; they keep them in a file
export  writes all records that have a checkpoint, as an auditor. The role
        token ("secure-call token") stands in SECURE_CALL_TOKEN
verify  holds an export against its own checkpoint and those that were kept
        elsewhere, and names the first record that does not hold
proof   prints one record with what shows that the checkpoint covers it
check   verifies such a proof, which needs nothing else

  --config FILE      of "secure-call serve"
  --tenant NAME      needed when the service has several tenants
  --service URL      the service's "publicUrl"
  --out FILE         where to write the export; never written over
  --key FILE         with the lines of "secure-call audit key"
  --checkpoint PATH  a checkpoint, or a folder of them with names in .txt; may
                     be repeated
  --n NUMBER         of the record, from 0

Exit code of verify and check: 0 everything holds, 1 something does not,
2 it cannot be told.
`,
  failureCode: 2,
  run([action = '', ...args], terminal) {
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (!act) throw new UsageError(`Name one action: ${Object.keys(ACTIONS).join(', ')}.`);
    return act(args, terminal);
  },
};
