import { SecureCallError } from '@secure-call/protocol';
import type { Access } from './accesses.ts';

/** Which accesses someone has to look at. Emergencies always are. */
export interface ReviewRules {
  /** Share of all accesses that are reviewed without any other reason, 0 to 1. */
  readonly sampleShare: number;
  /** Relations in grants, in the host's words, that are none. */
  readonly noRelation: readonly string[];
  /** IANA name of the zone whose clock the night goes by. */
  readonly timeZone: string;
  /** First hour of the night, 0 to 23. The same as `nightToHour`: there is no night. */
  readonly nightFromHour: number;
  /** First hour of the day, 0 to 23. */
  readonly nightToHour: number;
  /** Accesses of one person within 24 hours beyond which each one is reviewed. */
  readonly accessesPerDay: number;
  /** Refusals of one person, in the 24 hours before an access and in it, from which on it is reviewed. */
  readonly refusalsPerDay: number;
}

export const defaultReviewRules: ReviewRules = {
  sampleShare: 0.02,
  noRelation: ['none'],
  timeZone: 'UTC',
  nightFromHour: 22,
  nightToHour: 6,
  accessesPerDay: 40,
  refusalsPerDay: 10,
};

/** Why an access is in the queue. */
export type ReviewReason = 'emergency' | 'noRelation' | 'night' | 'volume' | 'refusals' | 'sample';

/** What decides beside the access itself. */
export interface ReviewFacts {
  /** The person's accesses in the 24 hours up to this one, with it. */
  readonly accesses: number;
  /** The person's refusals in the 24 hours before it. */
  readonly refusals: number;
  /** From 0 to below 1, the same whenever it is asked for. */
  readonly draw: number;
}

/** @throws {SecureCallError} `configuration_invalid` when the time zone is none */
export function reviewRulesOf(changes: Partial<ReviewRules> = {}): ReviewRules {
  const rules = { ...defaultReviewRules, ...changes };
  try {
    hourIn(rules.timeZone, new Date(0));
  } catch (cause) {
    throw new SecureCallError('configuration_invalid', 'review.timeZone is not the name of a time zone.', {
      cause,
    });
  }
  return rules;
}

/** Every rule that puts an access in the queue; none where it need not be reviewed. */
export function reasonsFor(access: Access, facts: ReviewFacts, rules: ReviewRules): ReviewReason[] {
  const applies: Readonly<Record<ReviewReason, boolean>> = {
    emergency: access.emergency,
    noRelation: rules.noRelation.includes(access.relation),
    night: isNight(hourIn(rules.timeZone, new Date(access.startedAt)), rules),
    volume: facts.accesses > rules.accessesPerDay,
    refusals: facts.refusals + access.refusals + Number(access.refused !== null) >= rules.refusalsPerDay,
    sample: facts.draw < rules.sampleShare,
  };
  return REASONS.filter(reason => applies[reason]);
}

const REASONS: readonly ReviewReason[] = ['emergency', 'noRelation', 'night', 'volume', 'refusals', 'sample'];

const isNight = (hour: number, { nightFromHour: from, nightToHour: to }: ReviewRules): boolean =>
  from <= to ? hour >= from && hour < to : hour >= from || hour < to;

/** The hour on the wall, 0 to 23. @throws {RangeError} when there is no such time zone */
function hourIn(timeZone: string, at: Date): number {
  const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone });
  return Number(clock.format(at));
}
