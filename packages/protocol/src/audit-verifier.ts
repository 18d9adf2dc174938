import { type AuditRecord, recordHolds } from './audit-record.ts';
import { equalBytes, fromBase64url } from './bytes.ts';
import type { Checkpoint } from './checkpoint.ts';
import { leafHash, TreeEdge, treeHead } from './merkle-tree.ts';

/** The first thing that is wrong with a log. */
export interface AuditFault {
  /** Number of the first record that does not hold; where `through` is there, the first that may not. */
  readonly n: number;
  /**
   * record: it is not what was hashed. order: another record stands in its place, so it is missing, moved or repeated. chain: it does
   * not follow the one before it in its chain. deleted: its content is gone before retention may delete it. missing: the log ends before a checkpoint does. checkpoint: the records from `n`
   * to `through` are not those that a checkpoint covers.
   */
  readonly why: 'record' | 'order' | 'chain' | 'deleted' | 'missing' | 'checkpoint';
  readonly through?: number;
}

/** Reads a tenant's log from its first record and holds it against checkpoints; needs room for the chains' ends only. */
export class AuditVerifier {
  readonly #tenant: string;
  readonly #checkpoints: readonly Checkpoint[];
  readonly #edge = new TreeEdge();
  readonly #tails = new Map<string | null, Pick<AuditRecord, 'seq' | 'hash'>>();
  readonly #floor: string;
  /** How many records the checkpoints before have confirmed. */
  #confirmed = 0;
  #deleted = 0;

  /**
   * @param checkpoints - opened, in any order
   * @param now - milliseconds since the epoch: content is deleted after five years at the earliest
   */
  constructor(tenant: string, checkpoints: readonly Checkpoint[], now: number = Date.now()) {
    this.#floor = retentionFloor(now);
    this.#tenant = tenant;
    this.#checkpoints = checkpoints.toSorted((a, b) => a.size - b.size);
  }

  /** How many records held. */
  get size(): number {
    return this.#edge.size;
  }

  /** How many of them a checkpoint covers. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** Of how many retention has deleted the content. */
  get deleted(): number {
    return this.#deleted;
  }

  /** Takes the next record. @returns what is wrong, after which nothing more is to be given */
  async add(record: AuditRecord): Promise<AuditFault | undefined> {
    const n = this.size;
    if (record.n !== n) return { n, why: 'order' };
    if (record.tenant !== this.#tenant || !(await recordHolds(record))) return { n, why: 'record' };
    const tail = this.#tails.get(record.sid);
    if (record.seq !== (tail?.seq ?? 0) + 1 || record.prev !== (tail?.hash ?? '')) return { n, why: 'chain' };
    if (record.salt === null) {
      if (record.receivedAt >= this.#floor) return { n, why: 'deleted' };
      this.#deleted += 1;
    }
    this.#tails.set(record.sid, { seq: record.seq, hash: record.hash });
    await this.#edge.append(await leafHash(fromBase64url(record.hash)));
    return this.#compare();
  }

  /** Call it behind the last record. */
  end(): AuditFault | undefined {
    const last = this.#checkpoints.at(-1);
    return last && last.size > this.size ? { n: this.size, why: 'missing' } : undefined;
  }

  async #compare(): Promise<AuditFault | undefined> {
    const here = this.#checkpoints.filter(({ size }) => size === this.size);
    if (here.length === 0) return undefined;
    const head = await treeHead(this.#edge.read, this.size);
    if (!here.every(({ root }) => equalBytes(root, head)))
      return { n: this.#confirmed, through: this.size - 1, why: 'checkpoint' };
    this.#confirmed = this.size;
    return undefined;
  }
}

const FLOOR_YEARS = 5;

/** ISO 8601: the content of what was received from then on cannot have been deleted by retention. */
function retentionFloor(now: number): string {
  const time = new Date(now);
  time.setUTCFullYear(time.getUTCFullYear() - FLOOR_YEARS);
  return time.toISOString();
}
