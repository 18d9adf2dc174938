import {
  type AuditRecord,
  bodyHash,
  firstBrokenRecord,
  fromBase64url,
  type Json,
  randomBytes,
  recordHash,
  sha256Base64url,
  toBase64url,
} from '@secure-call/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import vector from '../../vectors/audit-record.json' with { type: 'json' };
import jcs from '../../vectors/published/jcs.json' with { type: 'json' };
import { fromHex } from './hex.ts';
import { refusal } from './refusal.ts';
import { runs } from '../../support/run-counts.ts';

const vectorChain = vector.records.map(({ record }) => record) as readonly AuditRecord[];

test.each(vector.records)('vector: record $record.seq', async ({ record, covered }) => {
  expect(await bodyHash(record.salt, record.body as Json)).toBe(record.bodyHash);
  expect(await sha256Base64url(covered)).toBe(record.hash);
  expect(await recordHash(record as AuditRecord)).toBe(record.hash);
});

test('vector: the chain holds', async () => {
  expect(await firstBrokenRecord(vectorChain)).toBeUndefined();
  expect(await firstBrokenRecord([])).toBeUndefined();
});

test('RFC 8785: the body is hashed in its canonical form', async () => {
  expect(await bodyHash('', JSON.parse(jcs.input))).toBe(await sha256Base64url(fromHex(jcs.canonical)));
});

test('the salt comes before the body, as bytes', async () => {
  const salt = toBase64url(Uint8Array.of(1, 2));
  expect(await bodyHash(salt, 'a')).toBe(await sha256Base64url(Uint8Array.of(1, 2, 0x22, 0x61, 0x22)));
  expect(await refusal(() => bodyHash('AB', 'a'))).toBe('request_invalid');
});

test('a body without a JSON form is refused', async () => {
  await expect(bodyHash('', undefined as unknown as Json)).rejects.toThrow(TypeError);
});

interface Draft {
  readonly body: Json;
  readonly actor: string | null;
  readonly at: number;
}

/** Records as the service chains them. */
async function chainOf(drafts: readonly Draft[]): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  let prev = '';
  for (const [place, { body, actor, at }] of drafts.entries()) {
    const salt = toBase64url(randomBytes(16));
    const record = {
      tenant: 'region-x',
      sid: null,
      seq: place + 1,
      receivedAt: new Date(at).toISOString(),
      author: 'server' as const,
      type: 'log.read' as const,
      actor,
      unit: null,
      patient: null,
      call: null,
      body,
      salt,
      bodyHash: await bodyHash(salt, body),
      prev,
    };
    prev = await recordHash(record);
    records.push({ ...record, n: place, hash: prev });
  }
  return records;
}

const drafts = fc.array(
  fc.record({
    body: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    actor: fc.option(fc.string({ maxLength: 8 })),
    at: fc.integer({ min: 0, max: 4e12 }),
  }),
  { minLength: 3, maxLength: 7 },
);

/** One change to each field that the hash covers. */
const edits: readonly ((record: AuditRecord) => Partial<AuditRecord>)[] = [
  () => ({ tenant: 'region-y' }),
  () => ({ sid: 'AAECAwQFBgcICQoLDA0ODw' }),
  ({ seq }) => ({ seq: seq + 1 }),
  () => ({ receivedAt: '2020-01-01T00:00:00.000Z' }),
  () => ({ author: 'client' }),
  () => ({ type: 'review.done' }),
  ({ actor }) => ({ actor: `${actor ?? ''}x` }),
  () => ({ unit: 'unit-9' }),
  () => ({ patient: 'p' }),
  () => ({ call: 'c' }),
  ({ body }) => ({ body: [body] }),
  ({ salt }) => ({ salt: toBase64url(fromBase64url(salt ?? '').map(byte => byte ^ 1)) }),
  ({ bodyHash }) => ({ bodyHash: `${bodyHash}x` }),
  ({ prev }) => ({ prev: `${prev}x` }),
  ({ hash }) => ({ hash: `${hash}x` }),
];

test('a chain as written holds, whatever n says', async () => {
  await fc.assert(
    fc.asyncProperty(drafts, async input => {
      const chain = await chainOf(input);
      expect(await firstBrokenRecord(chain)).toBeUndefined();
      const [first, ...rest] = chain;
      if (!first) throw new Error('There are records.');
      expect(await firstBrokenRecord([{ ...first, n: 99 }, ...rest])).toBeUndefined();
    }),
    { numRuns: runs(30) },
  );
});

test.each(edits.map((edit, at) => [at, edit] as const))('edit %i is found where it is', async (_, edit) => {
  await fc.assert(
    fc.asyncProperty(drafts, fc.nat(), async (input, seed) => {
      const chain = await chainOf(input);
      const place = seed % chain.length;
      const record = chain[place];
      if (!record) throw new Error('The place is in the chain.');
      const edited = chain.toSpliced(place, 1, { ...record, ...edit(record) });
      expect(await firstBrokenRecord(edited)).toBe(place);
    }),
    { numRuns: runs(5) },
  );
});

test('an edit whose hash was computed anew is found at the next record', async () => {
  await fc.assert(
    fc.asyncProperty(drafts, fc.nat(), async (input, seed) => {
      const chain = await chainOf(input);
      const place = seed % (chain.length - 1);
      const original = chain[place];
      if (!original) throw new Error('The place is in the chain.');
      const edited = { ...original, actor: 'someone else' };
      const rehashed = { ...edited, hash: await recordHash(edited) };
      expect(await firstBrokenRecord(chain.toSpliced(place, 1, rehashed))).toBe(place + 1);
    }),
    { numRuns: runs(20) },
  );
});

test('a deletion, a swap and a repetition are found', async () => {
  await fc.assert(
    fc.asyncProperty(drafts, fc.nat(), async (input, seed) => {
      const chain = await chainOf(input);
      const place = seed % (chain.length - 1);
      const [here, next] = [chain[place], chain[place + 1]];
      if (!here || !next) throw new Error('Both places are in the chain.');
      expect(await firstBrokenRecord(chain.toSpliced(place, 1))).toBe(place);
      expect(await firstBrokenRecord(chain.toSpliced(place, 2, next, here))).toBe(place);
      expect(await firstBrokenRecord(chain.toSpliced(place, 0, here))).toBe(place + 1);
    }),
    { numRuns: runs(20) },
  );
});

test('numbers count from 1 even where the hashes agree', async () => {
  const [first] = await chainOf([{ body: null, actor: null, at: 0 }]);
  if (!first) throw new Error('One record was made.');
  const renumbered = { ...first, seq: 2 };
  const rehashed = { ...renumbered, hash: await recordHash(renumbered) };
  expect(await firstBrokenRecord([rehashed])).toBe(0);
  const linked = { ...first, prev: 'x' };
  expect(await firstBrokenRecord([{ ...linked, hash: await recordHash(linked) }])).toBe(0);
});

test('a body that retention has deleted leaves the chain whole, and cannot be put back', async () => {
  const chain = await chainOf([
    { body: 'a', actor: null, at: 0 },
    { body: 'b', actor: null, at: 1 },
  ]);
  const [first, second] = chain;
  if (!first || !second) throw new Error('Two records were made.');
  const deleted = { ...first, body: null, salt: null };
  expect(await firstBrokenRecord([deleted, second])).toBeUndefined();
  expect(await firstBrokenRecord([{ ...deleted, body: 'other' }, second])).toBe(0);
  expect(await firstBrokenRecord([{ ...first, body: 'other' }, second])).toBe(0);
});
