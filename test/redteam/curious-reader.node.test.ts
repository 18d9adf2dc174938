import { createRoleToken } from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectRefusal } from '../unit/server/refusal.ts';
import { ISSUER, OTHER_TENANT, PUBLIC_URL, ROLE_ISSUER } from '../unit/server/service-options.ts';
import type { SyntheticCall } from '../unit/server/synthetic-call.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';

let service: TestService;
let call: SyntheticCall;
beforeEach(async () => {
  service = await TestService.start();
  call = await service.registerCall();
  const browser = await service.browser();
  await browser.openSession(await service.grant(grantInput(call, browser)));
});
afterEach(() => service.stop());

const OWN = '/patients/me/accesses';
const ofCall = (): string => `/calls/${call.call}/accesses`;
const FHIR = '/fhir/AuditEvent?patient=pseudonym-17';
const views = (): string[] => [ofCall(), OWN, FHIR];

/** Whatever is refused shows nothing, is no reading, and stands in the operator's log without a name. */
async function expectUnseen(path: string, answer: Promise<Response>, code: string): Promise<void> {
  const { message } = await expectRefusal(answer, code);
  expect(message).not.toMatch(/Anna|nurse|pseudonym/);
  const entry = service.log.at(-1);
  expect(entry).toMatchObject({ event: 'refused', code });
  expect(entry?.endpoint).toContain(path.split('/')[1]);
  expect(JSON.stringify(entry)).not.toContain(call.call);
}

describe('who listened is not shown', () => {
  afterEach(async () => {
    const readings = (await service.records()).filter(({ type }) => type === 'log.read');
    expect(readings).toMatchObject([{ body: { view: 'records' } }]);
  });

  test('to anyone without a token, or with one that is none', async () => {
    for (const path of views()) {
      await expectUnseen(path, service.fetch(new Request(PUBLIC_URL + path)), 'token_invalid');
      await expectUnseen(path, service.asRole('a.b.c', path), 'token_invalid');
    }
  });

  test('to a nurse whose application signs grants: that key is no role issuer’s', async () => {
    const { privateJwk } = service.keys.issuer;
    const claims = { aud: PUBLIC_URL, sub: 'nurse-1', name: 'Anna Lind', role: 'privacy' } as const;
    for (const iss of [ISSUER, ROLE_ISSUER]) {
      const forged = await createRoleToken({ ...claims, iss }, privateJwk, service.clock.now() / 1000);
      await expectUnseen(ofCall(), service.asRole(forged, ofCall()), 'token_invalid');
    }
  });

  test('to another role', async () => {
    for (const token of [await service.patientToken('pseudonym-17'), await service.roleToken('reviewer')])
      for (const path of [ofCall(), FHIR])
        await expectUnseen(path, service.asRole(token, path), 'not_permitted');
    for (const role of ['auditor', 'privacy', 'reviewer'] as const)
      await expectUnseen(OWN, service.asRole(await service.roleToken(role), OWN), 'not_permitted');
  });

  test('to another tenant’s officer: there is no such call', async () => {
    const foreign = await service.roleToken('privacy', OTHER_TENANT);
    await expectUnseen(ofCall(), service.asRole(foreign, ofCall()), 'call_unknown');
  });

  test('to whoever asks for more than there is to ask', async () => {
    const token = await service.patientToken('pseudonym-18');
    for (const query of ['?patient=pseudonym-17', '?before=x', '?before=-1'])
      await expectUnseen(OWN, service.asRole(token, OWN + query), 'request_invalid');
  });
});

test('another tenant’s auditor finds nothing of this one’s patients, calls or people', async () => {
  const foreign = await service.roleToken('auditor', OTHER_TENANT);
  for (const query of ['patient=pseudonym-17', `entity=${call.call}`, 'agent=nurse-1']) {
    const answer = await (await service.asRole(foreign, `/fhir/AuditEvent?${query}`)).text();
    expect(answer).not.toMatch(/Anna|"nurse|unit-1/);
  }
});

test('a patient sees nothing of another one, and another tenant’s patient of the same pseudonym nothing either', async () => {
  for (const token of [
    await service.patientToken('pseudonym-18'),
    await service.patientToken('pseudonym-17', OTHER_TENANT),
  ])
    expect(await (await service.asRole(token, OWN)).json()).toEqual({ accesses: [] });
  const own = await service.asRole(await service.patientToken('pseudonym-17'), OWN);
  expect(await own.json()).toMatchObject({ accesses: [{ name: 'Anna Lind' }] });
});
