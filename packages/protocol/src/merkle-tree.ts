import { type Bytes, concat, sha256 } from './bytes.ts';

/** The hash of a complete subtree: `place` counts the subtrees of 2^`level` leaves from the left, from 0. */
export interface TreeNode {
  readonly level: number;
  readonly place: number;
  readonly hash: Bytes;
}

/** Finds the hash of a complete subtree. */
export type ReadNode = (level: number, place: number) => Bytes | Promise<Bytes>;

/** RFC 6962 section 2.1: the prefix keeps a leaf from being taken for a node. */
export const leafHash = (entry: Bytes): Promise<Bytes> => sha256(concat(Uint8Array.of(0), entry));

export const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> =>
  sha256(concat(Uint8Array.of(1), left, right));

/** The right edge of a growing tree: its largest complete subtrees, which is all that a further leaf needs. */
export class TreeEdge {
  readonly #nodes = new Map<number, TreeNode>();
  #size: number;

  /** @param nodes - those that `edgeOf(size)` names */
  constructor(size = 0, nodes: readonly TreeNode[] = []) {
    this.#size = size;
    for (const node of nodes) this.#nodes.set(node.level, node);
  }

  get size(): number {
    return this.#size;
  }

  /** @returns the subtrees that this leaf completes, itself first */
  async append(leaf: Bytes): Promise<readonly TreeNode[]> {
    let node: TreeNode = { level: 0, place: this.#size, hash: leaf };
    const completed = [node];
    while (node.place % 2 === 1) {
      const hash = await nodeHash(this.read(node.level, node.place - 1), node.hash);
      node = { level: node.level + 1, place: (node.place - 1) / 2, hash };
      completed.push(node);
    }
    for (const made of completed) this.#nodes.set(made.level, made);
    this.#size += 1;
    return completed;
  }

  /** A `ReadNode` of the edge alone: enough for the head of the tree. */
  readonly read = (level: number, place: number): Bytes => {
    const node = this.#nodes.get(level);
    if (node?.place !== place) throw new RangeError('The node is not on the edge of the tree.');
    return node.hash;
  };
}

/** Places of the largest complete subtrees of a tree of `size` leaves, from the left. */
export function edgeOf(size: number): Omit<TreeNode, 'hash'>[] {
  const places: Omit<TreeNode, 'hash'>[] = [];
  for (let level = 52; level >= 0; level -= 1) {
    const place = Math.floor(size / 2 ** level);
    if (place % 2 === 1) places.push({ level, place: place - 1 });
  }
  return places;
}

/** The Merkle tree hash of the first `size` leaves (RFC 6962 section 2.1). */
export const treeHead = (read: ReadNode, size: number): Promise<Bytes> =>
  size === 0 ? sha256(new Uint8Array(0)) : rangeHash(read, 0, size);

/**
 * Shows that a leaf is in the tree of the first `size` leaves (RFC 6962 section 2.1.1).
 * @param index - place of the leaf, from 0
 */
export const inclusionPath = (read: ReadNode, index: number, size: number): Promise<Bytes[]> =>
  pathIn(read, index, 0, size);

async function pathIn(read: ReadNode, index: number, start: number, end: number): Promise<Bytes[]> {
  if (end - start === 1) return [];
  const middle = start + leftLeaves(end - start);
  return index < middle
    ? [...(await pathIn(read, index, start, middle)), await rangeHash(read, middle, end)]
    : [...(await pathIn(read, index, middle, end)), await rangeHash(read, start, middle)];
}

/** Shows that the tree of the first `size` leaves goes on from that of the first `from` (RFC 6962 section 2.1.2). */
export const consistencyPath = (read: ReadNode, from: number, size: number): Promise<Bytes[]> =>
  from === 0 || from === size ? Promise.resolve([]) : growth(read, from, 0, size, true);

/** @param known - whether the range is the whole of the older tree, whose hash the reader has */
async function growth(
  read: ReadNode,
  from: number,
  start: number,
  end: number,
  known: boolean,
): Promise<Bytes[]> {
  if (from === end) return known ? [] : [await rangeHash(read, start, end)];
  const middle = start + leftLeaves(end - start);
  return from <= middle
    ? [...(await growth(read, from, start, middle, known)), await rangeHash(read, middle, end)]
    : [...(await growth(read, from, middle, end, false)), await rangeHash(read, start, middle)];
}

async function rangeHash(read: ReadNode, start: number, end: number): Promise<Bytes> {
  const leaves = end - start;
  const level = Math.round(Math.log2(leaves));
  if (2 ** level === leaves) return read(level, start / leaves);
  const middle = start + leftLeaves(leaves);
  return nodeHash(await rangeHash(read, start, middle), await rangeHash(read, middle, end));
}

/** The largest power of two below `leaves`. */
const leftLeaves = (leaves: number): number => 2 ** (Math.ceil(Math.log2(leaves)) - 1);
