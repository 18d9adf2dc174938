import { nameSchema, parse, ServiceRefusal } from '@secure-call/protocol';
import * as v from 'valibot';
import { recordOrderSchema } from './record-order.ts';

const DEFAULT_COUNT = 50;
const MAX_COUNT = 200;

/** When something was recorded: from one time on, or before another. */
export interface DateBound {
  readonly operator: '>=' | '<';
  /** ISO 8601, as records have it. */
  readonly time: string;
}

export interface FhirQuery {
  /** A pseudonym. */
  readonly patient?: string;
  /** A call. */
  readonly entity?: string;
  /** A person, as their issuer knows them. */
  readonly agent?: string;
  readonly _count: number;
  /** Only records before this one. */
  readonly _cursor?: number;
  readonly dates: readonly DateBound[];
}

const querySchema = v.strictObject({
  patient: v.exactOptional(nameSchema),
  entity: v.exactOptional(nameSchema),
  agent: v.exactOptional(nameSchema),
  _count: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,5}$/),
      v.transform(text => Math.min(Number(text), MAX_COUNT)),
    ),
    String(DEFAULT_COUNT),
  ),
  _cursor: v.exactOptional(recordOrderSchema),
});

/** @throws {SecureCallError} `request_invalid` */
export function parseFhirQuery(parameters: URLSearchParams): FhirQuery {
  const { date: _dates, ...single } = Object.fromEntries(parameters);
  return { ...parse(querySchema, single, 'query'), dates: parameters.getAll('date').flatMap(boundsOf) };
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;

/** FHIR R4 section 3.1.1.4.7: a day or an instant, which stands for all the time that it is as exact as. */
function boundsOf(text: string): DateBound[] {
  const [, prefix = 'eq', value = ''] = /^(eq|ge|gt|le|lt)?(.*)$/.exec(text) ?? [];
  const start = DAY.test(value) || INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(start))
    throw new ServiceRefusal('request_invalid', 'A date is a day or an instant, with eq, ge, gt, le or lt.');
  const from = new Date(start).toISOString();
  const until = new Date(start + lengthOf(value)).toISOString();
  return bounds[prefix]?.(from, until) ?? [];
}

const lengthOf = (value: string): number => {
  if (DAY.test(value)) return 24 * 3600 * 1000;
  return value.includes('.') ? 1 : 1000;
};

const bounds: Readonly<Record<string, (from: string, until: string) => DateBound[]>> = {
  eq: (from, until) => [
    { operator: '>=', time: from },
    { operator: '<', time: until },
  ],
  ge: from => [{ operator: '>=', time: from }],
  gt: (_, until) => [{ operator: '>=', time: until }],
  le: (_, until) => [{ operator: '<', time: until }],
  lt: from => [{ operator: '<', time: from }],
};
