import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateKey, SecureCallError } from '@secure-call/protocol';
import { parseServiceConfig } from '@secure-call/server';
import { required } from './command.ts';
import { writeKeyFiles } from './key-files.ts';
import { readAlgorithm } from './keygen.ts';
import type { Terminal } from './terminal.ts';

/** `secure-call keys rotate` */
export async function keysRotate(args: readonly string[], { stdout }: Terminal): Promise<0> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' }, out: { type: 'string' }, alg: { type: 'string' } },
  });
  const config = required(values.config, '--config FILE');
  const path = required(values.out, '--out FILE');
  const alg = readAlgorithm('archive', values.alg);
  const text = await readConfig(config);
  const pair = await generateKey('archive', alg);
  await writeKeyFiles(path, pair);
  try {
    await replaceFile(config, withFirstKey(text, relative(dirname(resolve(config)), resolve(path))));
  } catch (cause) {
    // Nothing is sealed to it yet.
    await Promise.all([rm(path), rm(`${path}.pub`)]);
    throw cause;
  }
  stdout.write(`${JSON.stringify(pair.publicJwk, null, 2)}\n`);
  stdout.write(`The new archive key stands first in the configuration. Next:
1. Copy both to every machine that runs the service, and start the services anew, one after the other.
2. Give ${path}.pub to the packagers.
3. secure-call keys reseal --config ${config} --by NAME
`);
  return 0;
}

async function readConfig(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SecureCallError('configuration_invalid', 'The configuration file cannot be read.', { cause });
  });
  parseServiceConfig(text);
  return text;
}

/** The configuration was checked; its members keep their order. */
function withFirstKey(text: string, path: string): string {
  const config = JSON.parse(text) as { readonly archiveKeys: readonly unknown[] };
  return `${JSON.stringify({ ...config, archiveKeys: [path, ...config.archiveKeys] }, null, 2)}\n`;
}

/** A service that is started at this moment reads the old file or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  try {
    const { mode } = await stat(path);
    await writeFile(part, text, { flag: 'wx', mode: mode & 0o777, flush: true });
    await rename(part, path);
  } catch (cause) {
    throw new SecureCallError('configuration_invalid', 'The configuration file cannot be replaced.', {
      cause,
    });
  }
}
