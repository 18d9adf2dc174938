import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FollowedRecord } from '../unit/server/browser.ts';
import { expectRefusal } from '../unit/server/refusal.ts';
import { OTHER_TENANT, PUBLIC_URL } from '../unit/server/service-options.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';

/** Breaks the glass as a nurse, and is a reviewer too. */
const SNOOP = 'nurse-1';

let service: TestService;
let n: number;
beforeEach(async () => {
  service = await TestService.start();
  const call = await service.registerCall();
  const browser = await service.browser();
  const breakGlass = { reason: 'Curious', notify: [] };
  const grant = grantInput(call, browser, { sub: SNOOP, call: { purpose: 'ETREAT', breakGlass } });
  await browser.openSession(await service.grant(grant));
  n = await emergencyOf('officer-1');
});
afterEach(() => service.stop());

async function queueOf(sub: string): Promise<readonly { readonly n: number }[]> {
  const response = await service.asRole(await service.roleToken('reviewer', undefined, sub), '/reviews');
  return ((await response.json()) as { reviews: { n: number }[] }).reviews;
}

const emergencyOf = async (sub: string): Promise<number> => (await queueOf(sub))[0]?.n ?? 0;

const verdict = { outcome: 'justified' };
const recorded = async (type: FollowedRecord['type']): Promise<FollowedRecord[]> =>
  (await service.records()).filter(record => record.type === type);

test('nobody reviews their own access, in whatever role: refused, and the attempt is on record', async () => {
  expect(await queueOf(SNOOP)).toEqual([]);
  for (const role of ['reviewer', 'privacy'] as const) {
    const token = await service.roleToken(role, undefined, SNOOP);
    const { message } = await expectRefusal(service.asRole(token, `/reviews/${n}`, verdict), 'not_permitted');
    expect(message).toContain('someone else');
  }
  expect(await recorded('review.refused')).toMatchObject([
    { actor: SNOOP, body: { n, person: SNOOP, role: 'reviewer', code: 'not_permitted' } },
    { actor: SNOOP, body: { n, person: SNOOP, role: 'privacy', code: 'not_permitted' } },
  ]);
  expect(await recorded('review.done')).toEqual([]);
  expect(await emergencyOf('officer-1')).toBe(n);
});

test('trying it over and over does not fill the record', async () => {
  const token = await service.roleToken('reviewer', undefined, SNOOP);
  for (let attempt = 0; attempt < 30; attempt += 1)
    await expectRefusal(service.asRole(token, `/reviews/${n}`, verdict), 'not_permitted');
  expect(await recorded('review.refused')).toHaveLength(10);
});

test('the queue is closed to everyone else, and so is the verdict', async () => {
  const before = (await recorded('log.read')).length;
  const tokens = [
    await service.roleToken('auditor'),
    await service.patientToken('pseudonym-17'),
    await service.patientToken('pseudonym-18', OTHER_TENANT),
  ];
  for (const path of ['/reviews', `/reviews/${n}`]) {
    const body = path === '/reviews' ? undefined : verdict;
    for (const token of tokens) await expectRefusal(service.asRole(token, path, body), 'not_permitted');
    await expectRefusal(service.asRole('none', path, body), 'token_invalid');
    const method = body === undefined ? 'GET' : 'POST';
    const anonymous = new Request(PUBLIC_URL + path, { method });
    await expectRefusal(service.fetch(anonymous), 'token_invalid');
    expect(service.log.at(-1)).toMatchObject({ event: 'refused', code: 'token_invalid' });
  }
  expect((await recorded('log.read')).length).toBe(before + 1);
  expect(await emergencyOf('officer-1')).toBe(n);
});

test('another tenant’s reviewer finds neither the queue’s entries nor the access', async () => {
  const foreign = await service.roleToken('reviewer', OTHER_TENANT);
  expect(await (await service.asRole(foreign, '/reviews')).json()).toEqual({ reviews: [] });
  await expectRefusal(service.asRole(foreign, `/reviews/${n}`, verdict), 'not_found');
  expect(await recorded('review.done')).toEqual([]);
  expect(await emergencyOf('officer-1')).toBe(n);
});
