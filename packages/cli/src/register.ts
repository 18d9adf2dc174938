import { parseArgs } from 'node:util';
import { type Command, UsageError } from './command.ts';
import { readRegistrationFile } from './registration-file.ts';
import { isServiceUrl, sendRegistration } from './key-service.ts';

/** `secure-call register FILE... URL` */
export const register: Command = {
  name: 'register',
  summary: 'Send registrations that "pack" wrote to files',
  help: `Usage: secure-call register FILE... URL

Sends what "secure-call pack --register FILE" wrote to the key service at URL.
Sending a registration again is harmless.
`,
  async run(args, { stdout, signal }) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const url = positionals.pop() ?? '';
    if (positionals.length === 0 || !isServiceUrl(url))
      throw new UsageError('Name files, then the URL of the key service.');
    for (const path of positionals) await sendRegistration(await readRegistrationFile(path), url, signal);
    stdout.write(`Registered ${positionals.length}.\n`);
    return 0;
  },
};
