import { SecureCallError } from '@secure-call/protocol';
import { ambulanceColleague, curiousColleague, leakingColleague, type Listener } from './demo-people.ts';
import { grantAccess, type GrantDesk, type GrantRequest } from './grants.ts';
import { HomeMadeClient } from './home-made-client.ts';

/** Three windows of keys. What was heard of one is reported with the next request. */
const HEARD_SECONDS = 36;

/**
 * Has three colleagues ask for a call: one of the care team, one in an emergency, and one whom the application refuses. Their
 * grants, sessions and keys are real, and so is what the record has of them.
 * @throws {SecureCallError} `call_unknown`, `service_unreachable`
 */
export async function makeSampleAccesses(desk: GrantDesk, call: string): Promise<void> {
  await listen(desk, leakingColleague, { call, reason: { purpose: 'TREAT' } });
  await listen(desk, ambulanceColleague, {
    call,
    reason: {
      purpose: 'ETREAT',
      breakGlass: true,
      text: 'The caller is unconscious in the ambulance. What was taken?',
    },
  });
  await listen(desk, curiousColleague, { call, reason: { purpose: 'HQUALIMP' } });
}

/** Listens to the beginning of a call, as far as the application lets the person. */
async function listen(
  desk: GrantDesk,
  person: Listener,
  asked: Pick<GrantRequest, 'call' | 'reason'>,
): Promise<void> {
  const client = await HomeMadeClient.create(desk.audience);
  const request = { ...asked, deviceKeyThumbprint: client.thumbprint };
  const grant = await grantAccess(desk, request, person).catch(unlessRefused);
  if (grant !== undefined) await client.dump(grant, HEARD_SECONDS);
}

function unlessRefused(cause: unknown): undefined {
  if (!(cause instanceof SecureCallError) || cause.code !== 'not_permitted') throw cause;
}
