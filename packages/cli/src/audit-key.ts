import { parseArgs } from 'node:util';
import { checkpointVerifiers } from '@secure-call/server';
import { required } from './command.ts';
import { readServeConfig, tenantOf } from './serve-config.ts';
import type { Terminal } from './terminal.ts';

/** `secure-call audit key` */
export async function auditKey(args: readonly string[], { stdout }: Terminal): Promise<0> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' }, tenant: { type: 'string' } },
  });
  const config = await readServeConfig(required(values.config, '--config FILE'), process.env);
  const tenant = tenantOf(config, values.tenant);
  const lines = await checkpointVerifiers(config.service, config.service.publicUrl, tenant);
  stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
