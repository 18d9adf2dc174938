import * as v from 'valibot';
import type { AuditRecord } from './audit-record.ts';
import { parseJson } from './parse.ts';
import type { RecordProof } from './record-proof.ts';

/** The last line of an export; every other one is a record. */
export interface ExportEnd {
  /** The latest checkpoint, as it was signed, which covers what was exported; null where there was none yet. */
  readonly checkpoint: string | null;
}

const text = v.nullable(v.string());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

// A member that no hash covers would be one that anybody can put in.
const recordSchema = v.strictObject({
  n: count,
  tenant: v.string(),
  sid: text,
  seq: count,
  receivedAt: v.string(),
  author: v.picklist(['server', 'client']),
  type: v.string(),
  actor: text,
  unit: text,
  patient: text,
  call: text,
  body: v.unknown(),
  salt: text,
  bodyHash: v.string(),
  prev: v.string(),
  hash: v.string(),
});

const lineSchema = v.union([recordSchema, v.strictObject({ checkpoint: text })]);
const proofSchema = v.strictObject({
  record: recordSchema,
  path: v.array(v.string()),
  checkpoint: v.string(),
});

/**
 * Reads a line of an export; what a record says is the verifier's question.
 * @throws {SecureCallError} `export_unreadable`
 */
export const parseExportLine = (line: string): AuditRecord | ExportEnd =>
  parseJson(lineSchema, line, 'line of the export', 'export_unreadable') as AuditRecord | ExportEnd;

/** Reads a proof. @throws {SecureCallError} `export_unreadable` */
export const parseRecordProof = (json: string): RecordProof =>
  parseJson(proofSchema, json, 'proof', 'export_unreadable') as RecordProof;
