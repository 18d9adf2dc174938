import {
  type AuditFault,
  type AuditRecord,
  AuditVerifier,
  type Checkpoint,
  type NoteVerifier,
  openCheckpoint,
  parseNoteVerifier,
} from '@secure-call/protocol';
import { Checkpoints, checkpointVerifier, type Store } from '@secure-call/server';
import { type OTHER_TENANT, PUBLIC_URL, serviceOptions, TENANT } from './service-options.ts';
import type { TestService } from './test-service.ts';

type TenantName = typeof TENANT | typeof OTHER_TENANT;

/** What makes a service's checkpoints, without a clock of its own. */
export const checkpointsOf = (
  { keys, log, store: own }: TestService,
  { folder, store = own }: { readonly folder?: string; readonly store?: Store } = {},
): Promise<Checkpoints> =>
  Checkpoints.create({
    ...serviceOptions(keys, store),
    log: entry => void log.push(entry),
    ...(folder === undefined ? {} : { folder }),
  });

/** What an auditor has pinned. */
export const pinnedVerifier = async (
  { keys }: TestService,
  tenant: TenantName = TENANT,
): Promise<NoteVerifier> =>
  parseNoteVerifier(await checkpointVerifier(keys.service.privateJwk, PUBLIC_URL, tenant));

/** An answer to an auditor. */
export const askAsAuditor = async (
  service: TestService,
  path: string,
  tenant: TenantName = TENANT,
): Promise<Response> => service.asRole(await service.roleToken('auditor', tenant), path);

/** The latest checkpoint, as an auditor fetches it and keeps it elsewhere. */
export const fetchCheckpoint = async (
  service: TestService,
  tenant: TenantName = TENANT,
): Promise<Checkpoint> =>
  openCheckpoint(
    await (await askAsAuditor(service, '/audit/checkpoint', tenant)).text(),
    await pinnedVerifier(service, tenant),
  );

export interface Exported {
  readonly records: readonly AuditRecord[];
  /** The last line. */
  readonly checkpoint: string | null;
}

export async function fetchExport(service: TestService, tenant: TenantName = TENANT): Promise<Exported> {
  const text = await (await askAsAuditor(service, '/audit/export.ndjson', tenant)).text();
  const lines = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown);
  const { checkpoint } = lines.pop() as Pick<Exported, 'checkpoint'>;
  return { records: lines as AuditRecord[], checkpoint };
}

/** Holds records against checkpoints. */
export async function faultIn(
  records: readonly AuditRecord[],
  checkpoints: readonly Checkpoint[],
  tenant: TenantName = TENANT,
): Promise<AuditFault | undefined> {
  const verifier = new AuditVerifier(tenant, checkpoints);
  for (const record of records) {
    const fault = await verifier.add(record);
    if (fault) return fault;
  }
  return verifier.end();
}
