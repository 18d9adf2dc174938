import * as v from 'valibot';
import type { Access } from './accesses.ts';
import { FhirParties } from './fhir-parties.ts';
import { codes, concept, profiles, purposeConcept } from './fhir-codes.ts';
import type { AuditEvent, Entity } from './fhir-types.ts';

/** A record of `log.read`. */
export interface ReadingRow {
  readonly store_order: number;
  readonly received_at: string;
  readonly actor: string | null;
  readonly patient: string | null;
  readonly call: string | null;
  readonly body: string | null;
}

/** Makes FHIR R4 AuditEvents (IHE BALP 1.1.5) of what the record tells. */
export class FhirAuditEvents {
  readonly #parties: FhirParties;

  constructor(publicUrl: string) {
    this.#parties = new FhirParties(publicUrl);
  }

  /** A session: PatientRead, and the use of its grant. While it goes on, as it stands. */
  session(access: Access): AuditEvent {
    const { startedAt: start, endedAt } = access;
    const parties = this.#parties;
    return {
      ...this.#common(access.n, start),
      meta: { profile: [profiles.patientRead, profiles.tokenUse] },
      type: codes.rest,
      subtype: [codes.read],
      action: 'R',
      period: { start, ...(endedAt === null ? {} : { end: endedAt }) },
      outcome: '0',
      purposeOfEvent: [purposeConcept(access.purpose)],
      agent: [
        parties.listener(access),
        parties.application(access),
        parties.browser(access),
        parties.service(codes.source),
        parties.unit(access),
      ],
      entity: [
        parties.patient(access.patient),
        { ...parties.call(access.call), detail: detailsOf(access) },
        { what: { identifier: { value: access.sid ?? '' } }, type: codes.requestId },
      ],
    };
  }

  /** A grant that was refused. */
  refusal(access: Access): AuditEvent {
    return {
      ...this.#decision(access, access.n, access.startedAt),
      subtype: [codes.authorization],
      outcome: '8',
      outcomeDesc: access.refused ?? '',
    };
  }

  /** Someone broke the glass. @param access - the session that began with it */
  emergency(access: Access, n: number, recorded: string): AuditEvent {
    return { ...this.#decision(access, n, recorded), subtype: [codes.emergencyStarted], outcome: '0' };
  }

  /** Someone read the record. */
  reading({ store_order: n, received_at: recorded, actor, patient, call, body }: ReadingRow): AuditEvent {
    const { name, role, view, query } = v.parse(readingSchema, JSON.parse(body ?? 'null'));
    const parties = this.#parties;
    return {
      ...this.#common(n, recorded),
      type: codes.auditLogUsed,
      action: 'R',
      outcome: '0',
      agent: [parties.reader(actor ?? '', role, name), parties.service(codes.source)],
      entity: [
        {
          what: { display: 'access record' },
          type: codes.systemObject,
          role: codes.securityResource,
          detail: [
            { type: 'view', valueString: view },
            { type: 'query', valueString: JSON.stringify(query) },
          ],
        },
        ...(patient === null ? [] : [parties.patient(patient)]),
        ...(call === null ? [] : [parties.call(call)]),
      ],
    };
  }

  #common(n: number, recorded: string): Pick<AuditEvent, 'resourceType' | 'id' | 'recorded' | 'source'> {
    return { resourceType: 'AuditEvent', id: String(n), recorded, source: this.#parties.source };
  }

  #decision(access: Access, n: number, recorded: string): Omit<AuditEvent, 'outcome'> {
    const parties = this.#parties;
    return {
      ...this.#common(n, recorded),
      type: codes.securityAlert,
      action: 'E',
      purposeOfEvent: [purposeConcept(access.purpose)],
      agent: [
        parties.listener(access),
        parties.application(access),
        parties.unit(access),
        { type: concept(codes.authorizer), who: parties.source.observer, requestor: false },
      ],
      entity: [parties.patient(access.patient), parties.call(access.call)],
    };
  }
}

const readingSchema = v.object({
  name: v.optional(v.string()),
  role: v.string(),
  view: v.optional(v.string(), 'records'),
  query: v.record(v.string(), v.string()),
});

const detailsOf = ({
  unlockedSeconds,
  heardSeconds,
  tracks,
  refusals,
}: Access): NonNullable<Entity['detail']> =>
  Object.entries({ unlockedSeconds, heardSeconds, tracks, refusals }).map(([type, value]) => ({
    type,
    valueString: String(value),
  }));
