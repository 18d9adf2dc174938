import { parseArgs } from 'node:util';
import { callIdSchema, parse } from '@secure-call/protocol';
import { type Command, required, UsageError } from './command.ts';
import { eraseAsOfficer } from './key-service.ts';

/** `secure-call erase CALL... --service URL` */
export const erase: Command = {
  name: 'erase',
  summary: 'Destroy the keys of calls for ever',
  help: `Usage: secure-call erase CALL... --service URL

Destroys the sealed keys of every packaging of these calls, ends the sessions
that listen to them, and records it. Nobody can listen to them again, also not
when an older back-up of the database is put back, where the service's
configuration names a folder for checkpoints. The access record stays, and so
does the sealed seed by which copies are traced. What lies in storage is
rubbish from then on and may be deleted. Erasing a call again is harmless.

The role token of a privacy officer ("secure-call token privacy") stands in
SECURE_CALL_TOKEN.

  --service URL  the service's "publicUrl"
`,
  async run(args, { stdout, signal }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { service: { type: 'string' } },
    });
    const service = required(values.service, '--service URL');
    // Not an option: others on the machine see those.
    const token = required(process.env['SECURE_CALL_TOKEN'], 'SECURE_CALL_TOKEN');
    if (positionals.length === 0) throw new UsageError('Name the calls to erase.');
    // All of them, before the first is gone.
    const calls = positionals.map(id => parse(callIdSchema, id, 'call id', 'configuration_invalid'));
    for (const call of calls) {
      await eraseAsOfficer(service, call, token, signal);
      stdout.write(`Erased ${call}.\n`);
    }
    return 0;
  },
};
