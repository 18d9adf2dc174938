/** Someone who asks for calls. */
export interface Listener {
  readonly sub: string;
  readonly name: string;
  readonly role: string;
  readonly unit: { readonly id: string; readonly name: string };
}

/** Who is signed in. A real application knows this from its own session. */
export const signedIn = {
  sub: 'anna.lind',
  name: 'Anna Lind',
  role: 'nurse',
  unit: { id: '1177-region-x', name: '1177 Region X' },
} as const;

/** Whose copy the sample leak is. */
export const leakingColleague = {
  sub: 'per.ek',
  name: 'Per Ek',
  role: 'nurse',
  unit: { id: '1177-region-x', name: '1177 Region X' },
} as const;

/** Has a patient in the ambulance, and no care relation to those who called. */
export const ambulanceColleague = {
  sub: 'maria.berg',
  name: 'Maria Berg',
  role: 'ambulance-nurse',
  unit: { id: 'ambulance-region-x', name: 'Ambulance Region X' },
} as const;

/** Has no business with the calls. */
export const curiousColleague = {
  sub: 'ali.rahim',
  name: 'Ali Rahim',
  role: 'medical-secretary',
  unit: { id: 'granen', name: 'Granen Health Centre' },
} as const;

/** Works the review queue. */
export const reviewer = { sub: 'ingrid.falk', name: 'Ingrid Falk' } as const;

/** Who reads the record and ends sessions in the demo. */
export const privacyOffice = { sub: 'privacy.office', name: 'Privacy office, Region X' } as const;

export const tenantId = 'region-x';
/** Issuer of the grants: the application's backend. */
export const grantIssuer = 'https://clinic.example';
/** Issuer of the role tokens: the region's directory, here played by the same backend. */
export const roleIssuer = 'https://directory.region-x.example';
