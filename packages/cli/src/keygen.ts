import { parseArgs } from 'node:util';
import { type ArchiveAlgorithm, asArchiveAlgorithm, generateKey, type KeyKind } from '@secure-call/protocol';
import { type Command, required, UsageError } from './command.ts';
import { writeKeyFiles } from './key-files.ts';

const KINDS: readonly KeyKind[] = ['archive', 'packager', 'issuer', 'auditor', 'service'];

/** `secure-call keygen KIND --out FILE` */
export const keygen: Command = {
  name: 'keygen',
  summary: 'Generate a key pair',
  help: `Usage: secure-call keygen KIND --out FILE

Writes a private key to FILE, readable by you only, and its public half to
FILE.pub, and prints the public half. A file that exists is never written over,
and a folder that is missing is made, for you only.

KIND is one of
  archive   call keys are sealed to it; the key service holds the private half
  packager  signs what "secure-call pack" registers
  issuer    signs the grants of your application
  auditor   signs the tokens of those who read the record
  service   the key service's own key

  --out FILE  where to write the private key
  --alg NAME  archive keys: ECDH-ES+A256KW (the default), or RSA-OAEP-256 for
              keys that move into an HSM or a KMS
`,
  async run(args, { stdout }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { out: { type: 'string' }, alg: { type: 'string' } },
      allowPositionals: true,
    });
    const kind = KINDS.find(candidate => candidate === positionals[0]);
    if (!kind || positionals.length > 1) throw new UsageError(`Name one kind of key: ${KINDS.join(', ')}.`);
    const path = required(values.out, '--out FILE');
    const pair = await generateKey(kind, readAlgorithm(kind, values.alg));
    await writeKeyFiles(path, pair);
    stdout.write(`${JSON.stringify(pair.publicJwk, null, 2)}\n`);
    return 0;
  },
};

/** The value of `--alg`. @throws {UsageError} */
export function readAlgorithm(kind: KeyKind, name: string | undefined): ArchiveAlgorithm | undefined {
  if (name === undefined) return undefined;
  const alg = asArchiveAlgorithm(name);
  if (kind === 'archive' && alg) return alg;
  throw new UsageError('--alg is for archive keys: ECDH-ES+A256KW or RSA-OAEP-256.');
}
