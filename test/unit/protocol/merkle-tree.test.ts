import {
  type Bytes,
  consistencyPath,
  edgeOf,
  inclusionPath,
  leafHash,
  nodeHash,
  type ReadNode,
  sha256,
  TreeEdge,
  treeHead,
  type TreeNode,
  verifyGrowth,
  verifyInclusion,
} from '@secure-call/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../support/run-counts.ts';
import vectors from '../../vectors/published/merkle-tree.json' with { type: 'json' };
import { fromHex, toHex } from './hex.ts';

/** A whole tree, grown leaf by leaf. */
async function grow(entries: readonly Bytes[]): Promise<{ read: ReadNode; edge: TreeEdge; leaves: Bytes[] }> {
  const edge = new TreeEdge();
  const nodes = new Map<string, Bytes>();
  const leaves: Bytes[] = [];
  for (const entry of entries) {
    const leaf = await leafHash(entry);
    leaves.push(leaf);
    for (const { level, place, hash } of await edge.append(leaf)) nodes.set(`${level}/${place}`, hash);
  }
  return { edge, leaves, read: (level, place) => nodes.get(`${level}/${place}`) as Bytes };
}

/** The definition of RFC 6962 section 2.1, word for word. */
async function definedHead(leaves: readonly Bytes[]): Promise<Bytes> {
  const [only] = leaves;
  if (!only) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(await definedHead(leaves.slice(0, k)), await definedHead(leaves.slice(k)));
}

const entriesOf = (count: number): Bytes[] =>
  Array.from({ length: count }, (_, at) => Uint8Array.of(at, at >> 8));

describe('published vectors', () => {
  test.each(vectors.heads.map((head, size) => [size, head] as const))(
    'head of %i leaves',
    async (size, head) => {
      const { read, edge } = await grow(vectors.entries.slice(0, size).map(fromHex));
      expect(toHex(await treeHead(read, size))).toBe(head);
      expect(toHex(await treeHead(edge.read, size))).toBe(head);
    },
  );

  test.each(vectors.inclusion)('leaf $index of $size', async ({ index, size, path }) => {
    const { read } = await grow(vectors.entries.map(fromHex));
    expect((await inclusionPath(read, index, size)).map(toHex)).toEqual(path);
  });

  test.each(vectors.consistency)('$from to $size', async ({ from, size, path }) => {
    const { read } = await grow(vectors.entries.map(fromHex));
    expect((await consistencyPath(read, from, size)).map(toHex)).toEqual(path);
  });
});

test('every size has the head of the definition, also when it goes on from its edge alone', async () => {
  const { leaves, read } = await grow(entriesOf(40));
  for (let size = 0; size <= 40; size += 1) {
    expect(await treeHead(read, size)).toEqual(await definedHead(leaves.slice(0, size)));
    const nodes = edgeOf(size).map(({ level, place }): TreeNode => {
      return { level, place, hash: read(level, place) as Bytes };
    });
    const edge = new TreeEdge(size, nodes);
    for (const leaf of leaves.slice(size)) await edge.append(leaf);
    expect(await treeHead(edge.read, 40)).toEqual(await treeHead(read, 40));
  }
});

test('the edge has no other node', async () => {
  const { edge } = await grow(entriesOf(3));
  expect(() => edge.read(0, 1)).toThrow(RangeError);
  expect(() => edge.read(2, 0)).toThrow(RangeError);
});

test('every leaf of every size is shown, and nothing else is', async () => {
  const { leaves, read } = await grow(entriesOf(20));
  for (let size = 1; size <= 20; size += 1) {
    const root = await treeHead(read, size);
    for (let index = 0; index < size; index += 1) {
      const path = await inclusionPath(read, index, size);
      const leaf = leaves[index] as Bytes;
      const along = (taken: Bytes[]) => ({ leaf, index, size, path: taken });
      const good = along(path);
      expect(await verifyInclusion(good, root)).toBe(true);
      const wrong = [
        { ...good, leaf: await leafHash(Uint8Array.of(255)) },
        { ...good, index: index + 1 },
        { ...good, index: -1 },
        { ...good, index: index + 0.5 },
        { ...good, path: [...path, leaf] },
        { ...good, path: [leaf, ...path] },
        ...path.flatMap((_, at) => [path.toSpliced(at, 1), path.with(at, leaf)]).map(along),
      ];
      for (const proof of wrong) expect(await verifyInclusion(proof, root)).toBe(false);
    }
  }
});

test('every size is shown to go on from every smaller one, and nothing else is', async () => {
  const { read, leaves } = await grow(entriesOf(20));
  const other = leaves[0] as Bytes;
  for (let size = 1; size <= 20; size += 1) {
    const root = await treeHead(read, size);
    for (let from = 1; from <= size; from += 1) {
      const path = await consistencyPath(read, from, size);
      const fromRoot = await treeHead(read, from);
      const along = (taken: Bytes[]) => ({ from, fromRoot, size, path: taken });
      const good = along(path);
      expect(await verifyGrowth(good, root)).toBe(true);
      const wrong = [
        { ...good, fromRoot: await leafHash(Uint8Array.of(255)) },
        { ...good, path: [...path, other] },
        { ...good, from: 0 },
        { ...good, from: size + 1 },
        ...path.flatMap((_, at) => [path.toSpliced(at, 1), path.with(at, root)]).map(along),
      ];
      for (const proof of wrong) expect(await verifyGrowth(proof, root)).toBe(false);
      expect(await verifyGrowth(good, await leafHash(Uint8Array.of(254)))).toBe(false);
    }
  }
});

test('a tree of any entries', async () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 70 });
  await fc.assert(
    fc.asyncProperty(entries, fc.nat(), fc.nat(), async (input, some, other) => {
      const { read, leaves } = await grow(input.map(bytes => Uint8Array.from(bytes)));
      const size = leaves.length;
      const root = await treeHead(read, size);
      expect(root).toEqual(await definedHead(leaves));
      const index = some % size;
      const path = await inclusionPath(read, index, size);
      expect(await verifyInclusion({ leaf: leaves[index] as Bytes, index, size, path }, root)).toBe(true);
      const from = 1 + (other % size);
      const growth = await consistencyPath(read, from, size);
      const fromRoot = await treeHead(read, from);
      expect(await verifyGrowth({ from, fromRoot, size, path: growth }, root)).toBe(true);
    }),
    { numRuns: runs(30) },
  );
});
