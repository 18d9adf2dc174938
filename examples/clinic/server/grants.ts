import { createGrant, digestSchema, type GrantInput, SecureCallError } from '@secure-call/protocol';
import * as v from 'valibot';
import type { Key } from './clinic-keys.ts';
import { grantIssuer, type Listener, signedIn } from './demo-people.ts';
import type { HostLog } from './host-log.ts';
import type { ClinicCall } from './sample-calls.ts';

const SESSION_SECONDS = 30 * 60;
const EMERGENCY_SECONDS = 15 * 60;
const FASTEST_RATE = 2;

/** What the page asks with. */
export interface GrantRequest {
  readonly call: string;
  readonly reason: {
    readonly purpose: 'TREAT' | 'HQUALIMP' | 'PATRQT' | 'HLEGAL' | 'ETREAT';
    readonly text?: string;
    readonly breakGlass?: boolean;
  };
  readonly deviceKeyThumbprint: string;
}

export const grantRequestSchema: v.GenericSchema<unknown, GrantRequest> = v.strictObject({
  call: v.pipe(v.string(), v.maxLength(64)),
  reason: v.strictObject({
    purpose: v.picklist(['TREAT', 'HQUALIMP', 'PATRQT', 'HLEGAL', 'ETREAT']),
    text: v.exactOptional(v.pipe(v.string(), v.maxLength(1024))),
    breakGlass: v.exactOptional(v.boolean()),
  }),
  deviceKeyThumbprint: digestSchema,
});

export interface GrantDesk {
  readonly calls: readonly ClinicCall[];
  readonly issuerKey: Key;
  /** The key service's identifier: its public address. */
  readonly audience: string;
  readonly log: HostLog;
}

/**
 * Decides whether a person may open a call, and says so to the key service in a grant.
 * @throws {SecureCallError} `call_unknown`, `not_permitted`, `request_invalid`
 */
export async function grantAccess(
  desk: GrantDesk,
  request: GrantRequest,
  person: Listener = signedIn,
): Promise<string> {
  assertEmergencyExplained(request.reason);
  const call = desk.calls.find(known => known.call === request.call);
  if (!call) throw new SecureCallError('call_unknown', 'There is no such call.');
  const { purpose, text, breakGlass = false } = request.reason;
  const granted = isOfUnit(call, person) || breakGlass;
  await desk.log.append({
    person: person.sub,
    role: person.role,
    unit: person.unit.name,
    call: call.call,
    granted,
    purpose,
    ...(text === undefined ? {} : { text }),
  });
  if (!granted) throw new SecureCallError('not_permitted', 'This call belongs to another unit.');
  const { deviceKeyThumbprint } = request;
  return createGrant(
    claimsFor(call, request.reason, person, { thumbprint: deviceKeyThumbprint, audience: desk.audience }),
    desk.issuerKey,
  );
}

const isOfUnit = ({ ownUnit }: ClinicCall, { unit }: Listener): boolean =>
  ownUnit && unit.id === signedIn.unit.id;

/** An emergency says what it is: as a purpose of its own, and in words. */
function assertEmergencyExplained({ purpose, text, breakGlass = false }: GrantRequest['reason']): void {
  if (breakGlass !== (purpose === 'ETREAT'))
    throw new SecureCallError(
      'request_invalid',
      'An emergency has the purpose ETREAT, and nothing else has.',
    );
  if (breakGlass && !text)
    throw new SecureCallError('request_invalid', 'An emergency needs its reason in words.');
}

function claimsFor(
  call: ClinicCall,
  { purpose, text, breakGlass = false }: GrantRequest['reason'],
  person: Listener,
  { thumbprint, audience }: { readonly thumbprint: string; readonly audience: string },
): GrantInput {
  const { sub, name, role, unit } = person;
  return {
    iss: grantIssuer,
    aud: audience,
    sub,
    name,
    role,
    cnf: { jkt: thumbprint },
    call: {
      id: call.call,
      patient: call.patient,
      unit,
      purpose,
      tracks: ['audio', 'peaks', 'transcript'],
      relation: isOfUnit(call, person) ? 'care-team' : 'none',
      maxSessionSeconds: breakGlass ? EMERGENCY_SECONDS : SESSION_SECONDS,
      maxRate: FASTEST_RATE,
      watermark: { client: 'required' },
      ...(text ? inOwnWords(text, breakGlass) : {}),
    },
  };
}

/** Where the record keeps what the person wrote. */
function inOwnWords(text: string, breakGlass: boolean): Pick<GrantInput['call'], 'note' | 'breakGlass'> {
  if (!breakGlass) return { note: text };
  return { breakGlass: { reason: text, notify: ['manager', 'data-protection-officer'] } };
}
