import { existsSync } from 'node:fs';
import { authenticateGrant, openKeySet, pinKey, SEGMENT_KEYS } from '@secure-call/protocol';
import { parseServiceConfig } from '@secure-call/server';
import { calculateJwkThumbprint, CompactEncrypt, importJWK, type JWK } from 'jose';
import { describe, expect, test } from 'vitest';
import grantVector from '../vectors/grant.json' with { type: 'json' };
import keySetVector from '../vectors/key-set.json' with { type: 'json' };
import { blocksIn, type CodeBlock, nameOf, root } from './code-blocks.ts';

type Json = Readonly<Record<string, unknown>>;
type Check = (value: Json) => unknown;

const wholeConfig = (): Json => {
  const block = blocksIn('json').find(({ file }) => file === 'docs/service.md');
  return JSON.parse(block?.code ?? '') as Json;
};

/** A part of the service's configuration stands without its braces. */
const read = ({ code }: CodeBlock): Json =>
  JSON.parse(code.trimStart().startsWith('{') ? code : `{${code}}`) as Json;

const asConfig: Check = value => parseServiceConfig(JSON.stringify({ ...wholeConfig(), ...value }));

/** What a tenant has besides stands for "...". */
const asTenant: Check = value => {
  const [tenant] = wholeConfig()['tenants'] as Json[];
  const shown = Object.fromEntries(Object.entries(value).filter(([name]) => name !== '...'));
  return asConfig({ tenants: [{ ...tenant, ...shown }] });
};

async function asGrant(value: Json): Promise<void> {
  expect(value).toEqual(grantVector.claims);
  const keys = [pinKey(grantVector.issuer.publicJwk)];
  expect(await authenticateGrant(grantVector.jws, () => keys)).toEqual(value);
}

async function asKeySet(value: Json): Promise<void> {
  const { recipient } = keySetVector;
  const { d: _, ...publicJwk } = recipient;
  const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(value)))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
    .encrypt(await importJWK(publicJwk, 'ECDH-ES+A256KW'));
  const algorithm = 'ECDH-ES+A256KW';
  const privateKey = await crypto.subtle.importKey(
    'jwk',
    recipient,
    { name: 'ECDH', namedCurve: 'P-256' },
    false,
    ['deriveBits'],
  );
  const { keys } = value['keys'] as { keys: { kid: string }[] };
  const binding = { call: String(value['call']), rev: Number(value['rev']) };
  const expected = {
    algorithm,
    privateKey,
    jkt: String(value['jkt']),
    kind: SEGMENT_KEYS,
    keyIds: keys.map(({ kid }) => kid),
    binding,
  } as const;
  expect((await openKeySet(jwe, expected)).keys.size).toBe(keys.length);
}

async function asDeviceKey(value: Json): Promise<void> {
  expect(await calculateJwkThumbprint(value as JWK)).toBe(grantVector.claims.cnf.jkt);
}

function asProofHeader({ alg, typ, jwk }: Json): Promise<void> {
  expect([alg, typ]).toEqual(['ES256', 'dpop+jwt']);
  return asDeviceKey(jwk as Json);
}

function asEditorSettings(value: Json): void {
  for (const [path] of Object.values(value) as [string][])
    expect(existsSync(path.replace('./node_modules/@secure-call/', `${root}packages/`)), path).toBe(true);
}

/** What a block is, by the members that it has. */
const checks: readonly { readonly has: string; readonly check: Check }[] = [
  { has: 'publicUrl', check: asConfig },
  { has: 'archiveKeys', check: asConfig },
  { has: 'rotatingKeys', check: asConfig },
  { has: 'auditRepository', check: asTenant },
  { has: 'cnf', check: asGrant },
  { has: 'keys', check: asKeySet },
  { has: 'kty', check: asDeviceKey },
  { has: 'jwk', check: asProofHeader },
  { has: 'html.customData', check: asEditorSettings },
];

describe('JSON in the documents', () => {
  test.for(blocksIn('json').map(block => [nameOf(block), block] as const))(
    '%s is taken by what reads it',
    async ([, block]) => {
      const value = read(block);
      const fitting = checks.find(({ has }) => has in value);
      expect(fitting, `${nameOf(block)}: nothing reads this`).toBeDefined();
      await fitting?.check(value);
    },
  );
});
