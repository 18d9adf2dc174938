import { parseArgs } from 'node:util';
import { checkpointVerifier } from '@secure-call/server';
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
  const { serviceKey, publicUrl } = config.service;
  stdout.write(`${await checkpointVerifier(serviceKey, publicUrl, tenantOf(config, values.tenant))}\n`);
  return 0;
}
