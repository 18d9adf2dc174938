import type { Access } from './accesses.ts';
import { codes, concept, purposeConcept } from './fhir-codes.ts';
import type { Agent, AuditEvent, Coding, Entity } from './fhir-types.ts';

/** RFC 9278 */
const THUMBPRINT = 'urn:ietf:params:oauth:jwk-thumbprint:sha-256';

/** Agents and entities of this service's AuditEvents. */
export class FhirParties {
  readonly #publicUrl: string;

  constructor(publicUrl: string) {
    this.#publicUrl = publicUrl;
  }

  get source(): AuditEvent['source'] {
    const { host } = new URL(this.#publicUrl);
    const observer = { identifier: { value: this.#publicUrl }, display: 'Key service' };
    return { site: host, observer, type: [codes.applicationServer] };
  }

  /** Whoever listened or wanted to: the subject of the grant, and the grant by its `jti`. */
  listener({ iss, jti, person, name, role, purpose }: Access): Agent {
    return {
      type: concept(codes.recipient),
      who: { identifier: { system: iss, value: person }, display: name },
      requestor: true,
      name,
      role: [{ text: role }],
      policy: [`urn:ietf:params:oauth:jti:${jti}`],
      purposeOfUse: [purposeConcept(purpose)],
    };
  }

  /** The host that issued the grant. */
  application({ iss }: Access): Agent {
    const network = { address: iss, type: '5' } as const;
    return {
      type: concept(codes.application),
      who: { identifier: { value: iss } },
      requestor: false,
      network,
    };
  }

  /** Where keys went. The service does not record network addresses; the browser's key names it better than one. */
  browser({ jkt }: Access): Agent {
    const value = jkt ?? '';
    return {
      type: concept(codes.destination),
      who: { identifier: { system: THUMBPRINT, value } },
      requestor: false,
      network: { address: `${THUMBPRINT}:${value}`, type: '5' },
    };
  }

  service(type: Coding): Agent {
    const network = { address: this.#publicUrl, type: '5' } as const;
    return { type: concept(type), who: this.source.observer, requestor: false, network };
  }

  unit({ iss, unit }: Access): Agent {
    const who = { identifier: { system: iss, value: unit.id }, display: unit.name };
    return { type: concept(codes.provider), who, requestor: false };
  }

  /** An officer, or under a keyed hash a patient. */
  reader(sub: string, role: string, name: string | undefined): Agent {
    const patient = role === 'patient';
    return {
      type: concept(codes.recipient),
      who: { identifier: { ...(patient ? { system: this.#system('patient') } : {}), value: sub } },
      requestor: true,
      ...(name === undefined ? {} : { name }),
      role: [{ text: role }],
    };
  }

  /** @param hash - keyed hash of the pseudonym: the service knows no patient otherwise */
  patient(hash: string): Entity {
    return {
      what: { type: 'Patient', identifier: { system: this.#system('patient'), value: hash } },
      type: codes.person,
      role: codes.patient,
    };
  }

  call(id: string): Entity {
    return {
      what: { type: 'Media', identifier: { system: this.#system('call'), value: id } },
      type: codes.systemObject,
      role: codes.domainResource,
    };
  }

  #system(kind: 'patient' | 'call'): string {
    return `${this.#publicUrl}/fhir/sid/${kind}`;
  }
}
