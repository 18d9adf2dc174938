import {
  type AuditRecord,
  bodyHash,
  type Checkpoint,
  fromBase64url,
  leafHash,
  randomBytes,
  recordHash,
  toBase64url,
  TreeEdge,
  treeHead,
} from '@secure-call/protocol';

export const LOG_TENANT = 'region-x';

/** A tenant's log as the service numbers it: records of its own chain and of some sessions, in turns. */
export async function auditLog(count: number): Promise<AuditRecord[]> {
  const log: AuditRecord[] = [];
  for (let n = 0; n < count; n += 1) {
    const sid = n % 3 === 0 ? null : `session-${n % 5}`;
    const salt = toBase64url(randomBytes(16));
    const body = { at: n };
    const about = { actor: `nurse-${n % 4}`, unit: 'unit-1', patient: null, call: `call-${n % 2}` };
    const receivedAt = new Date(n * 1000).toISOString();
    const made = { author: 'server', type: 'lease.issued', body, salt, bodyHash: '' } as const;
    log.push({ n, tenant: LOG_TENANT, sid, seq: 0, receivedAt, ...about, ...made, prev: '', hash: '' });
  }
  return rewritten(log);
}

/** What someone makes who may write everything but has no key: every number, link and hash computed anew. */
export async function rewritten(log: readonly AuditRecord[]): Promise<AuditRecord[]> {
  const tails = new Map<string | null, AuditRecord>();
  const records: AuditRecord[] = [];
  for (const [n, old] of log.entries()) {
    const tail = tails.get(old.sid);
    const digest = old.salt === null ? old.bodyHash : await bodyHash(old.salt, old.body);
    const linked = { ...old, n, seq: (tail?.seq ?? 0) + 1, prev: tail?.hash ?? '', bodyHash: digest };
    const record = { ...linked, hash: await recordHash(linked) };
    tails.set(record.sid, record);
    records.push(record);
  }
  return records;
}

/** Heads of a log at some sizes. */
export async function headsOf(log: readonly AuditRecord[], sizes: readonly number[]): Promise<Checkpoint[]> {
  const edge = new TreeEdge();
  const heads: Checkpoint[] = [];
  for (const { hash } of log) {
    await edge.append(await leafHash(fromBase64url(hash)));
    if (sizes.includes(edge.size))
      heads.push({ size: edge.size, root: await treeHead(edge.read, edge.size) });
  }
  return heads;
}
