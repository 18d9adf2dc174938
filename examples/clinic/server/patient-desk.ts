import { SecureCallError } from '@secure-call/protocol';
import type { DatedDecision, HostLog } from './host-log.ts';
import type { OfficerClient } from './officer-client.ts';
import type { RecordNotes, ReviewNote } from './record-notes.ts';
import { reviewBy } from './review-deadline.ts';
import type { ClinicCall } from './sample-calls.ts';

/** An access to a patient's call as the application shows it to the patient: by role and unit, without names. */
export interface SeenAccess {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly role: string;
  readonly unit: string;
  readonly purpose: string;
  readonly emergency: boolean;
  /** Whether the person was refused, by the key service or by the application. */
  readonly refused: boolean;
  /** Seconds of the recording that were played, in order. */
  readonly heard: readonly (readonly [from: number, to: number])[];
  readonly heardSeconds: number;
  readonly unlockedSeconds: number;
  readonly tracks: readonly string[];
  /** Until when an emergency is to be reviewed, ISO 8601; absent when it has been. */
  readonly reviewBy?: string;
  readonly review?: Pick<ReviewNote, 'outcome' | 'at'>;
}

/** What the key service tells a patient; the names of those who listened stay with the application. */
type TakenAccess = Omit<SeenAccess, 'reviewBy' | 'review'> & { readonly call: string; readonly name: string };

export interface PatientDeskOptions {
  readonly officer: OfficerClient;
  readonly notes: RecordNotes;
  readonly log: HostLog;
}

/**
 * Tells patients who listened to their call. In the demo whoever looks plays the patient of the call they choose; a real
 * application would ask here who is signed in.
 */
export class PatientDesk {
  readonly #options: PatientDeskOptions;

  constructor(options: PatientDeskOptions) {
    this.#options = options;
  }

  /** Newest first. @throws {SecureCallError} `service_unreachable` */
  async accesses(call: ClinicCall): Promise<SeenAccess[]> {
    const { notes, log } = this.#options;
    await notes.update();
    const taken = await this.#taken(call.patient);
    const ours = taken.filter(access => access.call === call.call).map(access => this.#seen(access));
    const refusals = (await log.refusals()).filter(refusal => refusal.call === call.call);
    const byHost = refusals.map(refusedByHost);
    return [...ours, ...byHost].toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  }

  /** All pages of the key service's answer. */
  async #taken(patient: string): Promise<TakenAccess[]> {
    const taken: TakenAccess[] = [];
    let query = '';
    for (;;) {
      const answer = await this.#options.officer.askAsPatient(patient, `/patients/me/accesses${query}`);
      if (!answer.ok) throw new SecureCallError('service_unreachable', 'The key service does not answer.');
      const { accesses, next } = (await answer.json()) as { accesses: TakenAccess[]; next?: number };
      taken.push(...accesses);
      if (next === undefined) return taken;
      query = `?before=${next}`;
    }
  }

  #seen({ call, name, ...access }: TakenAccess): SeenAccess {
    const { openings, reviews } = this.#options.notes;
    const { startedAt, role, unit, purpose, emergency, refused } = access;
    const { heard, heardSeconds, unlockedSeconds, tracks } = access;
    const told = { startedAt, role, unit, purpose, emergency, refused };
    const listened = { heard, heardSeconds, unlockedSeconds, tracks };
    const isThis = (n: number): boolean => {
      const opening = openings.get(n);
      return opening?.call === call && opening.at === startedAt && opening.name === name;
    };
    const n = [...openings.keys()].find(isThis);
    const found = n === undefined ? undefined : reviews.get(n);
    if (found) return { ...told, ...listened, review: { outcome: found.outcome, at: found.at } };
    return { ...told, ...listened, ...(emergency && !refused ? { reviewBy: reviewBy(startedAt) } : {}) };
  }
}

const refusedByHost = ({ at, role, unit, purpose }: DatedDecision): SeenAccess => ({
  startedAt: at,
  role,
  unit,
  purpose,
  emergency: false,
  refused: true,
  heard: [],
  heardSeconds: 0,
  unlockedSeconds: 0,
  tracks: [],
});
