import type { CodeableConcept, Coding } from './fhir-types.ts';

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const BALP = 'https://profiles.ihe.net/ITI/BALP';

const coded =
  (system: string) =>
  (code: string, display: string): Coding => ({ system, code, display });

/** DICOM PS3.16, context groups 400 to 403. */
const dicom = coded('http://dicom.nema.org/resources/ontology/DCM');
const entityType = coded(`${TERMINOLOGY}/audit-entity-type`);
const objectRole = coded(`${TERMINOLOGY}/object-role`);

type Meaning =
  | ('rest' | 'read' | 'auditLogUsed' | 'securityAlert' | 'emergencyStarted' | 'authorization')
  | ('application' | 'destination' | 'source' | 'recipient' | 'provider' | 'authorizer')
  | ('person' | 'systemObject' | 'requestId' | 'patient' | 'domainResource' | 'securityResource')
  | 'applicationServer';

export const codes: Readonly<Record<Meaning, Coding>> = {
  rest: coded(`${TERMINOLOGY}/audit-event-type`)('rest', 'RESTful Operation'),
  read: coded('http://hl7.org/fhir/restful-interaction')('read', 'read'),
  auditLogUsed: dicom('110101', 'Audit Log Used'),
  securityAlert: dicom('110113', 'Security Alert'),
  emergencyStarted: dicom('110127', 'Emergency Override Started'),
  authorization: coded(`${BALP}/CodeSystem/AuthZsubType`)(
    'AuthZ-Role',
    'Authorization Decision using only Roles',
  ),
  application: dicom('110150', 'Application'),
  destination: dicom('110152', 'Destination Role ID'),
  source: dicom('110153', 'Source Role ID'),
  recipient: coded(`${TERMINOLOGY}/v3-ParticipationType`)('IRCP', 'information recipient'),
  provider: coded(`${TERMINOLOGY}/v3-RoleClass`)('PROV', 'healthcare provider'),
  authorizer: coded(`${TERMINOLOGY}/extra-security-role-type`)('authserver', 'authorization server'),
  person: entityType('1', 'Person'),
  systemObject: entityType('2', 'System Object'),
  requestId: coded(`${BALP}/CodeSystem/BasicAuditEntityType`)('XrequestId', 'X-Request-Id'),
  patient: objectRole('1', 'Patient'),
  domainResource: objectRole('4', 'Domain Resource'),
  securityResource: objectRole('13', 'Security Resource'),
  applicationServer: coded(`${TERMINOLOGY}/security-source-type`)('4', 'Application Server'),
};

export const profiles: Readonly<Record<'patientRead' | 'tokenUse', string>> = {
  patientRead: `${BALP}/StructureDefinition/IHE.BasicAudit.PatientRead`,
  tokenUse: `${BALP}/StructureDefinition/IHE.BasicAudit.OAUTHaccessTokenUse.Comprehensive`,
};

export const concept = (coding: Coding): CodeableConcept => ({ coding: [coding] });

/** A v3-ActReason code as purpose of use. */
export const purposeConcept = (code: string): CodeableConcept => ({
  coding: [{ system: `${TERMINOLOGY}/v3-ActReason`, code }],
});
