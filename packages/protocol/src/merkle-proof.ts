import { type Bytes, equalBytes } from './bytes.ts';
import { nodeHash } from './merkle-tree.ts';

/** A leaf's way up: its hash, its place from 0, and the size of the tree. */
export interface Inclusion {
  readonly leaf: Bytes;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Bytes[];
}

/** Whether the leaf is in the tree of this root (RFC 9162 section 2.1.3.2). */
export async function verifyInclusion({ leaf, index, size, path }: Inclusion, root: Bytes): Promise<boolean> {
  if (!isPlace(index, size)) return false;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return false;
    const fromLeft = place % 2 === 1 || place === last;
    hash = fromLeft ? await nodeHash(sibling, hash) : await nodeHash(hash, sibling);
    // A last node without a sibling stands for its parents too.
    if (fromLeft) [place, last] = climbWhileEven(place, last);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalBytes(hash, root);
}

export interface Growth {
  readonly from: number;
  readonly fromRoot: Bytes;
  readonly size: number;
  readonly path: readonly Bytes[];
}

/** Whether the tree of this root holds the older tree as its beginning (RFC 9162 section 2.1.4.2). */
export async function verifyGrowth({ from, fromRoot, size, path }: Growth, root: Bytes): Promise<boolean> {
  if (from === size) return path.length === 0 && equalBytes(fromRoot, root);
  if (!isPlace(from, size) || from === 0) return false;
  let [place, last] = [from - 1, size - 1];
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  // An older tree that is one complete subtree is its own first node.
  const [first, ...rest] = place === 0 ? [fromRoot, ...path] : path;
  if (!first) return false;
  let [older, newer] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    const fromLeft = place % 2 === 1 || place === last;
    newer = fromLeft ? await nodeHash(sibling, newer) : await nodeHash(newer, sibling);
    if (fromLeft) {
      older = await nodeHash(sibling, older);
      [place, last] = climbWhileEven(place, last);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && equalBytes(older, fromRoot) && equalBytes(newer, root);
}

const isPlace = (index: number, size: number): boolean =>
  Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;

function climbWhileEven(place: number, last: number): [number, number] {
  let [at, end] = [place, last];
  while (at % 2 === 0 && at !== 0) [at, end] = [at / 2, Math.floor(end / 2)];
  return [at, end];
}
