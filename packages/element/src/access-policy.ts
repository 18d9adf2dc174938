/** A purpose a person can choose. */
export interface Purpose {
  /** HL7 v3-ActReason code. `TREAT`, `HQUALIMP`, `PATRQT` and `HLEGAL` have words of their own. */
  readonly code: string;
  /** Words for a code the element does not know; the code itself otherwise. */
  readonly label?: string;
  readonly hint?: string;
  /** Whether a case number has to be written. @default false */
  readonly caseNumber?: boolean;
}

/**
 * What the organisation's rules say, so that the element can say it too. Sentences whose fact is not given here
 * are left out: nothing is promised on the organisation's behalf.
 */
export interface AccessPolicy {
  /** @default follow-up of care, quality review, the patient asked, complaint or incident (with case number) */
  readonly purposes?: readonly Purpose[];
  /** Whether patients can see who has opened their calls. */
  readonly patientSees?: boolean;
  /** Whether refused attempts are kept on record too. */
  readonly refusalsRecorded?: boolean;
  /** Whether the note or case number is kept with the record, where the privacy officer sees it. */
  readonly noteKept?: boolean;
  /** Minutes an ordinary access lasts. */
  readonly accessMinutes?: number;
  /** Whether emergency access is offered. @default true */
  readonly emergencyAccess?: boolean;
  /** Minutes an emergency access lasts. */
  readonly emergencyMinutes?: number;
  /** Hours within which every emergency access is reviewed. */
  readonly emergencyReviewHours?: number;
  /** Whether the manager and the data protection officer are told at once of an emergency access. */
  readonly emergencyTold?: boolean;
  /** Who withdraws access, as the beginning of a sentence: "The privacy office at Region X". */
  readonly withdrawnBy?: string;
}

export const defaultPurposes: readonly Purpose[] = [
  { code: 'TREAT' },
  { code: 'HQUALIMP' },
  { code: 'PATRQT' },
  { code: 'HLEGAL', caseNumber: true },
];

/** HL7 v3-ActReason: emergency treatment. */
export const emergencyPurpose = 'ETREAT';

/** Fewest characters that explain an emergency. */
export const emergencyTextLength = 20;
