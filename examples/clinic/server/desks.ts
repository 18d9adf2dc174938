import type { AppOptions } from './app-handler.ts';
import type { ClinicKeys } from './clinic-keys.ts';
import { HostLog } from './host-log.ts';
import { OfficerClient } from './officer-client.ts';
import { PatientDesk } from './patient-desk.ts';
import { RecordDesk } from './record-desk.ts';
import { RecordNotes } from './record-notes.ts';
import { ReviewDesk } from './review-desk.ts';
import type { ClinicCall } from './sample-calls.ts';
import { TraceDesk } from './trace-desk.ts';

export interface DesksOptions {
  readonly dataFolder: string;
  readonly serviceUrl: string;
  readonly keys: ClinicKeys;
  readonly calls: readonly ClinicCall[];
}

type Desks = Pick<AppOptions, 'grantDesk' | 'recordDesk' | 'traceDesk' | 'patientDesk' | 'reviewDesk'>;

/** What of the application deals with the key service. */
export function openDesks({ dataFolder, serviceUrl, keys, calls }: DesksOptions): Desks {
  const log = new HostLog(dataFolder);
  const officer = new OfficerClient({ serviceUrl, roleKey: keys.auditor });
  const people = { officer, log, notes: new RecordNotes(officer) };
  return {
    grantDesk: { calls, issuerKey: keys.issuer, audience: serviceUrl, log },
    recordDesk: new RecordDesk(officer),
    traceDesk: new TraceDesk(officer),
    patientDesk: new PatientDesk(people),
    reviewDesk: new ReviewDesk(people),
  };
}
