import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { SecureCallError } from '@secure-call/protocol';
import { required } from './command.ts';
import { fetchAsOfficer } from './key-service.ts';
import type { Terminal } from './terminal.ts';

/** `secure-call audit export` */
export async function auditExport(args: readonly string[], terminal: Terminal): Promise<0> {
  const { values } = parseArgs({
    args: [...args],
    options: { service: { type: 'string' }, out: { type: 'string' } },
  });
  const service = required(values.service, '--service URL');
  const path = required(values.out, '--out FILE');
  // Not an option: others on the machine see those.
  const token = required(process.env['SECURE_CALL_TOKEN'], 'SECURE_CALL_TOKEN');
  const body = await fetchAsOfficer(service, 'audit/export.ndjson', token, terminal.signal);
  await writeFile(path, body, terminal.signal);
  return 0;
}

async function writeFile(path: string, body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  let created = false;
  file.once('open', () => (created = true));
  try {
    await pipeline(body, file, { signal });
  } catch (cause) {
    if (created) await rm(path, { force: true });
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const why = exists ? 'exists; exports are never written over' : 'could not be written to its end';
    throw new SecureCallError('storage_failed', `The file of the export ${why}.`, { cause });
  }
}
