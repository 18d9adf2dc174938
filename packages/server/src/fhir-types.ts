/** What this service uses of FHIR R4; the tests hold it against the types of the standard. */
export interface Coding {
  system: string;
  code: string;
  display?: string;
}

export interface CodeableConcept {
  coding?: Coding[];
  text?: string;
}

export interface Reference {
  type?: string;
  identifier?: { system?: string; value: string };
  display?: string;
}

export interface Agent {
  type: CodeableConcept;
  who: Reference;
  requestor: boolean;
  name?: string;
  role?: CodeableConcept[];
  policy?: string[];
  purposeOfUse?: CodeableConcept[];
  network?: { address: string; type: '5' };
}

export interface Entity {
  what: Reference;
  type: Coding;
  role?: Coding;
  detail?: { type: string; valueString: string }[];
}

export interface AuditEvent {
  resourceType: 'AuditEvent';
  id: string;
  meta?: { profile?: string[]; source?: string };
  type: Coding;
  subtype?: Coding[];
  action: 'R' | 'E';
  period?: { start: string; end?: string };
  recorded: string;
  outcome: '0' | '8';
  outcomeDesc?: string;
  purposeOfEvent?: CodeableConcept[];
  agent: Agent[];
  source: { site: string; observer: Reference; type: Coding[] };
  entity: Entity[];
}

export interface AuditEventBundle {
  resourceType: 'Bundle';
  type: 'searchset';
  link: { relation: 'self' | 'next'; url: string }[];
  entry: { fullUrl: string; resource: AuditEvent; search: { mode: 'match' } }[];
}

/** What is sent to an audit repository. */
export interface AuditEventBatch {
  resourceType: 'Bundle';
  type: 'batch';
  entry: { fullUrl: string; resource: AuditEvent; request: { method: 'POST'; url: 'AuditEvent' } }[];
}
