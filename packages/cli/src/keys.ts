import { type Command, UsageError } from './command.ts';
import { keysImport } from './keys-import.ts';
import { keysReseal } from './keys-reseal.ts';
import { keysRotate } from './keys-rotate.ts';
import type { Terminal } from './terminal.ts';

const ACTIONS: Readonly<Record<string, (args: readonly string[], terminal: Terminal) => Promise<0 | 1>>> = {
  rotate: keysRotate,
  reseal: keysReseal,
  import: keysImport,
};

/** `secure-call keys rotate|reseal|import` */
export const keys: Command = {
  name: 'keys',
  summary: 'Replace the archive key that call keys are sealed to',
  help: `Usage: secure-call keys rotate --config FILE --out FILE [--alg NAME]
       secure-call keys reseal --config FILE --by NAME [--batch N]
       secure-call keys import PEM --out FILE

rotate  makes a new archive key and puts it before the old ones in the
        configuration. Services that are started anew then keep what is
        registered under the new key, and still open the old ones
reseal  seals every call that is sealed otherwise to the first archive key of
        the configuration, on record, and says which keys nothing hangs on any
        more. It may be stopped and run again at any time, also while services
        run
import  makes a public archive key of a PEM file with an RSA public key, for a
        private half that a KMS, a Vault or an HSM holds

  --config FILE  of "secure-call serve"
  --out FILE     where to write the key; never written over
  --alg NAME     ECDH-ES+A256KW (the default) or RSA-OAEP-256
  --by NAME      who does it, for the record
  --batch N      packagings in one transaction, 1 to 1000; 100 otherwise

Exit code of reseal: 0 when everything hangs on the first key alone, 1 when
something does not.
`,
  run([action = '', ...args], terminal) {
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (!act) throw new UsageError(`Name one action: ${Object.keys(ACTIONS).join(', ')}.`);
    return act(args, terminal);
  },
};
