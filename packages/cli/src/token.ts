import { parseArgs } from 'node:util';
import { createRoleToken, type OfficerRole } from '@secure-call/protocol';
import { type Command, required, UsageError } from './command.ts';
import { readKeyFile } from './key-files.ts';

const OFFICERS: readonly OfficerRole[] = ['auditor', 'privacy', 'reviewer'];
const ROLES = [...OFFICERS, 'patient'] as const;

/** `secure-call token ROLE --key FILE ...` */
export const token: Command = {
  name: 'token',
  summary: 'Issue a role token for the key service',
  help: `Usage: secure-call token ROLE --key FILE --iss URL --aud URL
                         --sub ID --name NAME [--patient ID]

Prints a token that lets a person read the record or end sessions for ten
minutes. What they do with it is recorded under their name.

ROLE is one of
  auditor   reads the record
  privacy   reads it, ends sessions and erases calls
  reviewer  works the review queue
  patient   sees who listened to the calls of one patient

  --key FILE   private key of "secure-call keygen auditor"
  --iss URL    the issuer that the service trusts this key for ("roleIssuers")
  --aud URL    the service's "publicUrl"
  --sub ID     the person, as your systems know them
  --name NAME  the person's name
  --patient ID the patient's pseudonym, as grants have it; for the role patient
`,
  async run(args, { stdout }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        iss: { type: 'string' },
        aud: { type: 'string' },
        sub: { type: 'string' },
        name: { type: 'string' },
        patient: { type: 'string' },
      },
    });
    const role = ROLES.find(candidate => candidate === positionals[0]);
    if (!role || positionals.length > 1) throw new UsageError(`Name one role: ${ROLES.join(', ')}.`);
    const claims = {
      iss: required(values.iss, '--iss URL'),
      // The service compares with its address without a slash at the end.
      aud: required(values.aud, '--aud URL').replace(/\/+$/, ''),
      sub: required(values.sub, '--sub ID'),
      name: required(values.name, '--name NAME'),
    };
    const stated =
      role === 'patient'
        ? { ...claims, role, patient: required(values.patient, '--patient ID') }
        : { ...claims, role };
    const key = await readKeyFile(required(values.key, '--key FILE'), 'auditor', 'private');
    stdout.write(`${await createRoleToken(stated, key)}\n`);
    return 0;
  },
};
