import { type Bytes, createGrant, type GrantInput, SecureCallError } from '@secure-call/protocol';
import { grantIssuer, leakingColleague } from './demo-people.ts';
import type { GrantDesk } from './grants.ts';
import { HomeMadeClient } from './home-made-client.ts';

/** Enough for a name: 30 parts that fit are one chance in a thousand million. */
const LEAKED_SECONDS = 90;
const SESSION_SECONDS = 15 * 60;

/**
 * What a colleague has who listens with a client of his own: a real grant, a real session on the record, real keys, and what
 * they open, so that there is a leak to trace.
 * @returns fragmented MP4
 * @throws {SecureCallError} `call_unknown`, `service_unreachable`
 */
export async function makeSampleLeak({ calls, issuerKey, audience }: GrantDesk): Promise<Bytes> {
  const [call] = calls;
  if (!call) throw new SecureCallError('call_unknown', 'There is no call to leak.');
  const client = await HomeMadeClient.create(audience);
  const { unit, ...person } = leakingColleague;
  const claims: GrantInput = {
    iss: grantIssuer,
    aud: audience,
    ...person,
    cnf: { jkt: client.thumbprint },
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
  return client.dump(await createGrant(claims, issuerKey), LEAKED_SECONDS);
}
