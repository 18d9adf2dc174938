import { type Bytes, createGrant, type GrantInput, SecureCallError } from '@secure-call/protocol';
import * as v from 'valibot';
import { grantIssuer, leakingColleague, type Listener, signedIn } from './demo-people.ts';
import type { GrantDesk } from './grants.ts';
import { HomeMadeClient } from './home-made-client.ts';
import type { ClinicCall } from './sample-calls.ts';

/** Enough for a name: 30 parts that fit are one chance in a thousand million. */
const LEAKED_SECONDS = 90;
const SESSION_SECONDS = 15 * 60;

/** Whose copy it is to be, and of which call. */
export interface SampleLeakRequest {
  /** The person who is signed in on the page, or a colleague. */
  readonly by: 'visitor' | 'colleague';
  readonly call?: string;
}

const leakers: Readonly<Record<SampleLeakRequest['by'], Listener>> = {
  visitor: signedIn,
  colleague: leakingColleague,
};

export const sampleLeakSchema: v.GenericSchema<unknown, SampleLeakRequest> = v.strictObject({
  by: v.picklist(['visitor', 'colleague']),
  call: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
});

/**
 * What someone has who listens with a client of their own: a real grant, a real session on the record, real keys, and what
 * they open, so that there is a leak to trace. A call that is too short for a name gives way to the first one.
 * @returns fragmented MP4
 * @throws {SecureCallError} `call_unknown`, `service_unreachable`
 */
export async function makeSampleLeak(
  desk: GrantDesk,
  { by, call: wanted }: SampleLeakRequest,
): Promise<Bytes> {
  const { calls, issuerKey, audience } = desk;
  const call = calls.find(known => known.call === wanted && isLongEnough(known)) ?? calls.find(isLongEnough);
  if (!call) throw new SecureCallError('call_unknown', 'There is no call to leak.');
  const client = await HomeMadeClient.create(audience);
  const claims = claimsFor(call, leakers[by], { audience, thumbprint: client.thumbprint });
  return client.dump(await createGrant(claims, issuerKey), LEAKED_SECONDS);
}

const isLongEnough = ({ durationSeconds, ownUnit }: ClinicCall): boolean =>
  ownUnit && durationSeconds > LEAKED_SECONDS;

function claimsFor(
  call: ClinicCall,
  { unit, ...person }: Listener,
  { audience, thumbprint }: { readonly audience: string; readonly thumbprint: string },
): GrantInput {
  return {
    iss: grantIssuer,
    aud: audience,
    ...person,
    cnf: { jkt: thumbprint },
    call: {
      id: call.call,
      patient: call.patient,
      unit,
      purpose: 'TREAT',
      relation: 'care-team',
      maxSessionSeconds: SESSION_SECONDS,
      maxRate: 2,
      watermark: { client: 'required' },
    },
  };
}
