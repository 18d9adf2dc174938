import { parseArgs } from 'node:util';
import { openStore, Retention } from '@secure-call/server';
import { type Command, required } from './command.ts';
import { readServeConfig } from './serve-config.ts';

/** `secure-call retention --config FILE` */
export const retention: Command = {
  name: 'retention',
  summary: 'Delete what old records tell, as the service does once a day',
  help: `Usage: secure-call retention --config FILE

Deletes the content of records that are older than their tenant keeps them
("retentionYears", 6 otherwise, never below 5), on record. What is left of them
still holds under the checkpoints: "secure-call audit verify" counts them. The
key service does this once a day; this does it now, also while that runs.

  --config FILE  of "secure-call serve"
`,
  async run(args, { stdout, signal }) {
    const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } });
    const { service, store: location } = await readServeConfig(
      required(values.config, '--config FILE'),
      process.env,
    );
    const store = await openStore(location);
    try {
      const { tenants } = service;
      for (const { tenant, before, records } of await new Retention({ store, tenants }).run(signal))
        stdout.write(`${tenant}: ${records} records from before ${before} lost their content.\n`);
    } finally {
      await store.close();
    }
    return 0;
  },
};
