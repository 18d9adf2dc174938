import { createCallId, generateKey } from '@secure-call/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { expectRefusal } from './refusal.ts';
import { OTHER_TENANT } from './service-options.ts';
import { TestService } from './test-service.ts';

let service: TestService;
beforeEach(async () => {
  service = await TestService.start();
});
afterEach(() => service.stop());

/** What the refusals of registrations on a tenant's chain say. */
async function codes(tenant: Parameters<TestService['records']>[1]): Promise<unknown[]> {
  const records = await service.records('', tenant);
  return records.filter(({ type }) => type === 'registration.refused').map(({ body }) => body);
}

test('a registration is taken once and recorded', async () => {
  const call = await service.makeCall();
  expect((await service.register(call.registration)).status).toBe(201);
  expect((await service.register(call.registration)).status).toBe(200);
  const registered = (await service.records()).filter(({ type }) => type === 'call.registered');
  expect(registered).toHaveLength(1);
  expect(registered[0]).toMatchObject({
    call: call.call,
    sid: null,
    body: { rev: 1, packageId: call.packageId },
  });
});

test('the same revision of another package is a conflict', async () => {
  const call = await service.registerCall();
  const rival = await service.makeCall({ call: call.call });
  await expectRefusal(service.register(rival.registration), 'registration_conflict');
  expect(await codes('region-x')).toEqual([{ code: 'registration_conflict', authentic: true, rev: 1 }]);
});

test('revisions follow each other without a gap', async () => {
  const call = createCallId();
  const second = await service.makeCall({ call, rev: 2 });
  await expectRefusal(service.register(second.registration), 'registration_conflict');
  await service.registerCall({ call });
  expect((await service.register(second.registration)).status).toBe(201);
  const fourth = await service.makeCall({ call, rev: 4 });
  await expectRefusal(service.register(fourth.registration), 'registration_conflict');
});

test('a packager of another tenant is refused, in the log of the tenant it claimed', async () => {
  const packager = service.keys.otherPackager.privateJwk;
  const call = await service.makeCall({ packager });
  const refusal = await expectRefusal(service.register(call.registration), 'registration_invalid');
  expect(refusal.message).toBe('No packager key of this tenant signed this; see tenants[].packagers.');
  expect(await codes('region-x')).toEqual([{ code: 'registration_invalid', authentic: false, rev: null }]);
  expect(await codes(OTHER_TENANT)).toEqual([]);
});

test('a call sealed to keys that the service does not hold is refused while the recording still exists', async () => {
  const elsewhere = await generateKey('archive');
  const call = await service.makeCall({ recipients: [elsewhere.publicJwk] });
  const refusal = await expectRefusal(service.register(call.registration), 'registration_invalid');
  expect(refusal.message).toContain('not sealed to this service');
});

test('one of several recipients is enough', async () => {
  const elsewhere = await generateKey('archive');
  const recipients = [elsewhere.publicJwk, service.keys.archive.publicJwk];
  const call = await service.makeCall({ recipients });
  expect((await service.register(call.registration)).status).toBe(201);
});

test('rubbish, an unknown tenant and a changed signature are refused', async () => {
  await expectRefusal(service.register('rubbish'), 'registration_invalid');
  await expectRefusal(service.register(`a.${'b'.repeat(600_000)}.c`), 'request_invalid');
  const unknown = await service.makeCall({ tenant: 'region-z' });
  await expectRefusal(service.register(unknown.registration), 'registration_invalid');
  const { registration } = await service.makeCall();
  const [header, payload, signature = ''] = registration.split('.');
  const changed = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  await expectRefusal(service.register(changed), 'registration_invalid');
});

test('repeating a forged registration cannot fill the record', async () => {
  const packager = service.keys.otherPackager.privateJwk;
  const { registration } = await service.makeCall({ packager });
  for (let attempt = 0; attempt < 30; attempt += 1)
    await expectRefusal(service.register(registration), 'registration_invalid');
  expect(await codes('region-x')).toHaveLength(10);
});
