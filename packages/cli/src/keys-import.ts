import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { asArchiveKey, type KeyPair, SecureCallError } from '@secure-call/protocol';
import { onlyFile } from './audit-verify.ts';
import { required } from './command.ts';
import { writePublicKeyFile } from './key-files.ts';
import type { Terminal } from './terminal.ts';

/** `secure-call keys import` */
export async function keysImport(args: readonly string[], { stdout }: Terminal): Promise<0> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: 'string' } },
  });
  const path = required(values.out, '--out FILE');
  const jwk = await publicKeyIn(onlyFile(positionals));
  await writePublicKeyFile(path, jwk);
  stdout.write(`${JSON.stringify(jwk, null, 2)}\n`);
  return 0;
}

async function publicKeyIn(path: string): Promise<KeyPair['publicJwk']> {
  const pem = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SecureCallError('key_invalid', 'The PEM file cannot be read.', { cause });
  });
  // Where the public half will do, the private one should not even lie on the machine.
  if (pem.includes('PRIVATE KEY'))
    throw new SecureCallError('key_invalid', 'This is a private key; only the public one is needed here.');
  return asArchiveKey(jwkOf(pem));
}

function jwkOf(pem: string): KeyPair['publicJwk'] {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'rsa') return { ...key.export({ format: 'jwk' }) };
  } catch {
    // Told below.
  }
  throw new SecureCallError('key_invalid', 'The file holds no RSA public key in PEM.');
}
