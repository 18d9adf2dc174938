import { type RecordSubject, tenantSubject } from './audit-writer.ts';
import type { Officer } from './role-check.ts';
import type { ServiceContext } from './service-context.ts';
import { keyedHashText } from './service-secrets.ts';

export interface Reading {
  /** What of the record is shown. */
  readonly view: 'records' | 'export' | 'accesses' | 'reviews' | 'fhir';
  /** As it was asked for, without a patient's pseudonym. */
  readonly query: Readonly<Record<string, string>>;
  /** What the answer is about, where it is about one. */
  readonly about?: Pick<Partial<RecordSubject>, 'call' | 'patient'>;
}

/** Records who reads the record (ISO 27789: so is reading the log). Nothing is shown before this is durable. */
export async function recordReading(
  context: ServiceContext,
  officer: Officer,
  { view, query, about = {} }: Reading,
): Promise<void> {
  const { reader, name } = await readerOf(context, officer);
  const subject = tenantSubject(officer.tenant.id, { ...about, actor: reader });
  const body = { ...name, role: officer.claims.role, view, query };
  await context.commit(tx => tx.audit.append(subject, { type: 'log.read', body }));
}

interface Reader {
  readonly reader: string;
  readonly name: { readonly name?: string };
}

/** Patients stand in the record under a keyed hash, also when they read it: hosts may know them by a personal number. */
async function readerOf({ secrets }: ServiceContext, { tenant, claims }: Officer): Promise<Reader> {
  const { role, sub, name } = claims;
  return role === 'patient'
    ? { reader: await keyedHashText(secrets.patient, tenant.id, sub), name: {} }
    : { reader: sub, name: { name } };
}
