import * as v from 'valibot';
import { isServiceErrorCode, SecureCallError, type ServiceErrorCode, serviceErrorStatus } from './errors.ts';

/** RFC 9457 problem details, as the key service answers every refusal. */
export const problemSchema = v.looseObject({
  title: v.string(),
  status: v.number(),
  code: v.string(),
  /** With event_gap, event_fork and events_required: the number the service expects next. */
  expectedEventSeq: v.exactOptional(v.number()),
  /** With use_dpop_nonce: for the retry. */
  nonce: v.exactOptional(v.string()),
  /** With rate_limited: when to come back. */
  retryAfterSeconds: v.exactOptional(v.number()),
});
export type Problem = v.InferOutput<typeof problemSchema>;

/** A refusal by the key service, with what the client needs to go on. */
export class ServiceRefusal extends SecureCallError {
  declare readonly code: ServiceErrorCode;
  readonly expectedEventSeq: number | undefined;
  readonly nonce: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ServiceErrorCode,
    message: string,
    extra: {
      readonly expectedEventSeq?: number;
      readonly nonce?: string;
      readonly retryAfterSeconds?: number;
    } = {},
  ) {
    super(code, message);
    this.expectedEventSeq = extra.expectedEventSeq;
    this.nonce = extra.nonce;
    this.retryAfterSeconds = extra.retryAfterSeconds;
  }
}

/** The problem document of a refusal. */
export function toProblem(refusal: ServiceRefusal): Problem {
  const { code, message, expectedEventSeq, nonce, retryAfterSeconds } = refusal;
  return {
    title: message,
    status: serviceErrorStatus[code],
    code,
    ...(expectedEventSeq === undefined ? {} : { expectedEventSeq }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** Reads a problem document; undefined when it is none of ours. */
export function fromProblem(data: unknown): ServiceRefusal | undefined {
  const parsed = v.safeParse(problemSchema, data);
  if (!parsed.success || !isServiceErrorCode(parsed.output.code)) return undefined;
  const { code, title, status: _status, ...extra } = parsed.output;
  return new ServiceRefusal(code, title, extra);
}
