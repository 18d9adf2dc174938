import {
  type Bytes,
  edgeOf,
  fromBase64url,
  leafHash,
  type ReadNode,
  SecureCallError,
  toBase64url,
  TreeEdge,
  treeHead,
  type TreeNode,
} from '@secure-call/protocol';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { CheckpointTable, Schema } from './schema.ts';
import type { Store } from './store.ts';

export type CheckpointRow = Selectable<CheckpointTable>;

/** A record that waits for its number. */
export interface UnnumberedRecord {
  readonly store_order: number;
  readonly settling: string | number;
  readonly hash: string;
}

/** Records that are numbered in one transaction at most. */
const BATCH_RECORDS = 1000;
/** Below the 32766 parameters that SQLite takes in one statement. */
const ROWS_PER_INSERT = 1000;

export function latestCheckpoint(db: Kysely<Schema>, tenant: string): Promise<CheckpointRow | undefined> {
  return db
    .selectFrom('checkpoint')
    .selectAll()
    .where('tenant', '=', tenant)
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The nodes of a tenant's tree. Reading one that is not there throws `audit_unavailable`. */
export const nodesOf =
  (db: Kysely<Schema>, tenant: string): ReadNode =>
  async (level, place) => {
    const row = await db
      .selectFrom('audit_node')
      .select('hash')
      .where('tenant', '=', tenant)
      .where('level', '=', level)
      .where('place', '=', place)
      .executeTakeFirst();
    if (!row) throw new SecureCallError('audit_unavailable', 'The tree of the record lacks a node.');
    return fromBase64url(row.hash);
  };

/** Settled records behind a checkpoint, in the order in which they get their numbers. */
export function unnumberedRecords(
  db: Transaction<Schema>,
  { settled, settling }: Store,
  tenant: string,
  last: CheckpointRow | undefined,
): Promise<UnnumberedRecord[]> {
  const records = db
    .selectFrom('audit')
    .select(['store_order', 'hash', sql<string | number>`${settling}`.as('settling')])
    .where('tenant', '=', tenant)
    .where(settled)
    .orderBy(settling)
    .orderBy('store_order')
    .limit(BATCH_RECORDS);
  if (!last) return records.execute();
  const { last_settling: mark, last_order: order } = last;
  return records.where(sql<boolean>`(${settling}, audit.store_order) > (${mark}, ${order})`).execute();
}

/**
 * Lets a tenant's tree of `size` leaves grow by records.
 * @returns its new head
 */
export async function growTree(
  db: Transaction<Schema>,
  tenant: string,
  size: number,
  records: readonly UnnumberedRecord[],
): Promise<{ readonly size: number; readonly root: Bytes }> {
  const edge = await edgeIn(nodesOf(db, tenant), size);
  const rows = [];
  for (const { hash, store_order: order } of records)
    for (const node of await edge.append(await leafHash(fromBase64url(hash))))
      rows.push({
        ...node,
        tenant,
        hash: toBase64url(node.hash),
        store_order: node.level === 0 ? order : null,
      });
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT)
    await db
      .insertInto('audit_node')
      .values(rows.slice(at, at + ROWS_PER_INSERT))
      .execute();
  return { size: edge.size, root: await treeHead(edge.read, edge.size) };
}

async function edgeIn(read: ReadNode, size: number): Promise<TreeEdge> {
  const nodes: TreeNode[] = [];
  for (const { level, place } of edgeOf(size)) nodes.push({ level, place, hash: await read(level, place) });
  return new TreeEdge(size, nodes);
}
