import type { AuditEvent, AuditEventAgent, AuditEventEntity, Bundle, Coding } from 'fhir/r4.js';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import type { AuditEvent as OwnEvent, AuditEventBundle } from '../../../packages/server/src/fhir-types.ts';
import type { Browser } from './browser.ts';
import { expectRefusal, problemOf } from './refusal.ts';
import { ISSUER, OTHER_TENANT, PUBLIC_URL } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, PATIENT_SUB, TestService } from './test-service.ts';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const PROFILE = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit';
const PATH = '/fhir/AuditEvent';

let service: TestService;
let call: SyntheticCall;
let browser: Browser;
beforeEach(async () => {
  service = await TestService.start();
  call = await service.registerCall();
  browser = await service.browser();
});
afterEach(() => service.stop());

const open = async (changes: Parameters<typeof grantInput>[2] = {}) =>
  browser.openSession(await service.grant(grantInput(call, browser, changes)));

async function search(query = '', token?: string): Promise<Bundle<AuditEvent>> {
  const response = await service.asRole(token ?? (await service.roleToken('auditor')), PATH + query);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/fhir+json');
  return (await response.json()) as Bundle<AuditEvent>;
}

const eventsIn = ({ entry = [] }: Bundle<AuditEvent>): AuditEvent[] =>
  entry.flatMap(({ resource }) => resource ?? []);
const found = async (query = ''): Promise<AuditEvent[]> => eventsIn(await search(query));
const ofType = async (system: string, code: string): Promise<AuditEvent[]> =>
  (await found()).filter(({ type }) => type.system === system && type.code === code);

const isCoded = (coding: Coding | undefined, system: string, code: string): boolean =>
  coding?.system === system && coding.code === code;

/** The agents of a slice: those with a type. */
const agents = ({ agent }: AuditEvent, system: string, code: string): AuditEventAgent[] =>
  agent.filter(({ type }) => type?.coding?.some(coding => isCoded(coding, system, code)));
const entities = ({ entity = [] }: AuditEvent, system: string, code: string): AuditEventEntity[] =>
  entity.filter(({ type }) => isCoded(type, system, code));

test('what the service makes is FHIR R4 by its types', () => {
  expectTypeOf<OwnEvent>().toExtend<AuditEvent>();
  expectTypeOf<AuditEventBundle>().toExtend<Bundle<AuditEvent>>();
});

/** What FHIR R4 asks of every AuditEvent. */
function expectAuditEvent(event: AuditEvent): void {
  expect(event.resourceType).toBe('AuditEvent');
  expect(new Date(event.recorded).toISOString()).toBe(event.recorded);
  expect(event.source.observer).toBeDefined();
  expect(event.agent.length).toBeGreaterThan(0);
  expect(event.agent.filter(({ requestor }) => requestor)).toHaveLength(1);
  for (const { network } of event.agent) if (network) expect(network.type).toBe('5');
  // sev-1: an entity has a name or a query, not both; ours have neither.
  for (const entity of event.entity ?? []) expect(entity).not.toHaveProperty('query');
}

describe('a session', () => {
  async function sessionEvent(): Promise<AuditEvent> {
    const [event, ...others] = await ofType(`${TERMINOLOGY}/audit-event-type`, 'rest');
    expect(others).toEqual([]);
    if (!event) throw new Error('There is no event of the session.');
    return event;
  }

  test('is one PatientRead (IHE BALP 1.1.5)', async () => {
    await open();
    await browser.lease(await open({ sub: 'nurse-2' }), { leaseSeq: 1, from: 12 });
    for (const event of await ofType(`${TERMINOLOGY}/audit-event-type`, 'rest')) {
      expectAuditEvent(event);
      expect(event.meta?.profile).toContain(`${PROFILE}.PatientRead`);
      const reads = (event.subtype ?? []).filter(coding =>
        ['read', 'vread'].some(code => isCoded(coding, 'http://hl7.org/fhir/restful-interaction', code)),
      );
      expect(reads).toHaveLength(1);
      expect(event).toMatchObject({ action: 'R', outcome: '0' });
      expect(event.agent.length).toBeGreaterThanOrEqual(2);
      for (const code of ['110152', '110153']) {
        const [agent, ...more] = agents(event, DCM, code);
        expect(more).toEqual([]);
        expect(agent).toMatchObject({ who: {}, network: {}, requestor: false });
        expect(agent).not.toHaveProperty('media');
      }
      const [user, ...users] = agents(event, `${TERMINOLOGY}/v3-ParticipationType`, 'IRCP');
      expect(users).toEqual([]);
      expect(user).toMatchObject({ who: {}, requestor: true });
      for (const absent of ['network', 'media']) expect(user).not.toHaveProperty(absent);
      const [patient, ...patients] = entities(event, `${TERMINOLOGY}/audit-entity-type`, '1');
      expect(patients).toEqual([]);
      expect(isCoded(patient?.role, `${TERMINOLOGY}/object-role`, '1')).toBe(true);
      expect(patient?.what?.type).toBe('Patient');
      const [data, ...more] = entities(event, `${TERMINOLOGY}/audit-entity-type`, '2');
      expect(more).toEqual([]);
      expect(isCoded(data?.role, `${TERMINOLOGY}/object-role`, '4')).toBe(true);
      expect(data?.what?.identifier?.value).toBe(call.call);
    }
  });

  test('is the use of its grant (OAUTHaccessTokenUse.Comprehensive)', async () => {
    const { session } = await open();
    const [granted] = await service.records(`?sid=${session}`);
    const event = await sessionEvent();
    expect(event.meta?.profile).toContain(`${PROFILE}.OAUTHaccessTokenUse.Comprehensive`);
    expect(agents(event, DCM, '110150')).toMatchObject([{ who: { identifier: { value: ISSUER } } }]);
    const jti = (granted?.body as { readonly jti: string } | undefined)?.jti;
    expect(agents(event, `${TERMINOLOGY}/v3-ParticipationType`, 'IRCP')).toMatchObject([
      {
        who: { identifier: { system: ISSUER, value: 'nurse-1' } },
        name: 'Anna Lind',
        role: [{ text: 'nurse' }],
        policy: [`urn:ietf:params:oauth:jti:${jti}`],
        purposeOfUse: [{ coding: [{ system: `${TERMINOLOGY}/v3-ActReason`, code: 'TREAT' }] }],
      },
    ]);
  });

  test('is shown as it stands, then with its end', async () => {
    const { session } = await open();
    const start = new Date(service.clock.now()).toISOString();
    const before = await sessionEvent();
    expect(before).toMatchObject({ recorded: start, period: { start } });
    expect(before.period).not.toHaveProperty('end');
    service.clock.advanceSeconds(30);
    await browser.prove(`/sessions/${session}`, {}, 'DELETE');
    const end = new Date(service.clock.now()).toISOString();
    const after = await sessionEvent();
    expect(after).toMatchObject({ id: before.id, period: { start, end } });
    expect(entities(after, `${TERMINOLOGY}/audit-entity-type`, '2')[0]?.detail).toEqual([
      { type: 'unlockedSeconds', valueString: '12' },
      { type: 'heardSeconds', valueString: '0' },
      { type: 'tracks', valueString: 'audio' },
      { type: 'refusals', valueString: '0' },
    ]);
  });
});

describe('an authorization decision', () => {
  /** The agents of a decision, as IHE.BasicAudit.AuthZconsent has them. */
  function expectDecision(event: AuditEvent): void {
    expectAuditEvent(event);
    expect(event.action).toBe('E');
    expect(agents(event, DCM, '110150')).toMatchObject([{ who: {}, network: {} }]);
    expect(agents(event, `${TERMINOLOGY}/v3-ParticipationType`, 'IRCP')).toMatchObject([
      { who: {}, requestor: true },
    ]);
    expect(agents(event, `${TERMINOLOGY}/v3-RoleClass`, 'PROV')).toMatchObject([
      { who: { identifier: { value: 'unit-1' } }, requestor: false },
    ]);
    // val-audit-source: the source is this agent too.
    expect(agents(event, `${TERMINOLOGY}/extra-security-role-type`, 'authserver')).toMatchObject([
      { who: event.source.observer, requestor: false },
    ]);
    expect(entities(event, `${TERMINOLOGY}/audit-entity-type`, '1')).toHaveLength(1);
  }

  test('against a grant is a security alert that failed', async () => {
    const late = await service.grant(grantInput(call, browser));
    service.clock.advanceSeconds(61);
    await problemOf(browser.openSession(late));
    const [event, ...others] = await ofType(DCM, '110113');
    expect(others).toEqual([]);
    expectDecision(event as AuditEvent);
    expect(event).toMatchObject({ outcome: '8', outcomeDesc: 'grant_expired' });
    expect(event?.subtype).toMatchObject([{ code: 'AuthZ-Role' }]);
    expect(await ofType(`${TERMINOLOGY}/audit-event-type`, 'rest')).toEqual([]);
  });

  test('for an emergency is one of its own beside the session', async () => {
    const breakGlass = { reason: 'Child found unconscious', notify: [] };
    await open({ call: { purpose: 'ETREAT', breakGlass } });
    const [event, ...others] = await ofType(DCM, '110113');
    expect(others).toEqual([]);
    expectDecision(event as AuditEvent);
    expect(event).toMatchObject({ outcome: '0', subtype: [{ system: DCM, code: '110127' }] });
    expect(event?.purposeOfEvent?.[0]?.coding?.[0]?.code).toBe('ETREAT');
    expect(await ofType(`${TERMINOLOGY}/audit-event-type`, 'rest')).toHaveLength(1);
  });
});

test('a reading of the record is Audit Log Used, this one too', async () => {
  await service.asRole(await service.patientToken('pseudonym-17'), '/patients/me/accesses');
  const [own, patients, ...others] = await ofType(DCM, '110101');
  expect(others).toEqual([]);
  for (const event of [own, patients]) {
    expectAuditEvent(event as AuditEvent);
    expect(event).toMatchObject({ action: 'R', outcome: '0' });
    expect(isCoded(event?.entity?.[0]?.role, `${TERMINOLOGY}/object-role`, '13')).toBe(true);
  }
  expect(own?.agent[0]).toMatchObject({ who: { identifier: { value: 'officer-1' } }, name: 'Olof Ek' });
  expect(patients?.agent[0]).not.toHaveProperty('name');
});

describe('a search', () => {
  test('finds by patient, call, person and date', async () => {
    const second = await service.registerCall();
    await open();
    service.clock.advanceSeconds(3600);
    const between = new Date(service.clock.now() - 60_000).toISOString();
    const other = grantInput(second, browser, { sub: 'nurse-2', call: { patient: 'pseudonym-18' } });
    await browser.openSession(await service.grant(other));
    const sessions = async (query: string): Promise<(string | undefined)[]> =>
      (await found(query))
        .filter(({ type }) => type.code === 'rest')
        .map(event => event.agent[0]?.who?.identifier?.value);
    expect(await sessions('')).toEqual(['nurse-2', 'nurse-1']);
    expect(await sessions('?patient=pseudonym-18')).toEqual(['nurse-2']);
    expect(await sessions(`?entity=${call.call}`)).toEqual(['nurse-1']);
    expect(await sessions('?agent=nurse-2')).toEqual(['nurse-2']);
    expect(await sessions(`?date=ge${between}`)).toEqual(['nurse-2']);
    expect(await sessions(`?date=lt${between}`)).toEqual(['nurse-1']);
    expect(await sessions(`?date=ge2020-01-01&date=le${between}`)).toEqual(['nurse-1']);
    expect(await sessions('?date=2020-01-01')).toEqual([]);
    expect(await sessions(`?date=eq${new Date(service.clock.now()).toISOString()}`)).toEqual(['nurse-2']);
    expect(await sessions(`?date=gt${new Date(service.clock.now()).toISOString()}`)).toEqual([]);
  });

  test('goes on by its link to the end, and misses and repeats nothing', async () => {
    for (let count = 0; count < 7; count += 1) await open();
    const query = `?_count=3&entity=${call.call}`;
    const ids: string[] = [];
    const sizes: number[] = [];
    for (let next: string | undefined = query; next !== undefined;) {
      const bundle = await search(next);
      expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'searchset' });
      for (const { fullUrl, resource, search: mode } of bundle.entry ?? []) {
        expect(fullUrl).toBe(`${PUBLIC_URL}${PATH}/${resource?.id}`);
        expect(mode).toEqual({ mode: 'match' });
      }
      const sessions = eventsIn(bundle).filter(({ type }) => type.code === 'rest');
      ids.push(...sessions.map(({ id }) => id ?? ''));
      sizes.push(bundle.entry?.length ?? 0);
      expect(bundle.link?.[0]).toEqual({ relation: 'self', url: `${PUBLIC_URL}${PATH}${next}` });
      next = bundle.link
        ?.find(({ relation }) => relation === 'next')
        ?.url.slice(`${PUBLIC_URL}${PATH}`.length);
    }
    expect(new Set(ids).size).toBe(7);
    expect(ids).toHaveLength(7);
    expect(sizes).toEqual([3, 3, 2]);
  });

  test('is refused where it is none', async () => {
    const token = await service.roleToken('auditor');
    for (const query of [
      '?date=yesterday',
      '?date=ge2026-13-01',
      '?_count=0',
      '?_count=x',
      '?_cursor=x',
      '?site=a',
    ])
      await expectRefusal(service.asRole(token, PATH + query), 'request_invalid');
  });

  test('is recorded with what was searched, the patient under a keyed hash', async () => {
    const { session } = await open();
    await search('?patient=pseudonym-17&date=ge2020-01-01&date=lt2100-01-01');
    const [granted] = await service.records(`?sid=${session}`);
    const reading = (await service.records()).find(({ type }) => type === 'log.read');
    expect(reading).toMatchObject({
      actor: 'officer-1',
      patient: granted?.patient,
      body: { view: 'fhir', query: { date: 'ge2020-01-01,lt2100-01-01' } },
    });
    expect(JSON.stringify(await service.records())).not.toContain('pseudonym-17');
  });

  test('shows no pseudonym, no personal number, and nothing of another tenant', async () => {
    await open();
    await service.asRole(await service.patientToken('pseudonym-17'), '/patients/me/accesses');
    const text = JSON.stringify(await search());
    for (const secret of ['pseudonym-17', PATIENT_SUB, 'Tolvan']) expect(text).not.toContain(secret);
    // Random ids may look like anything.
    expect(text.replaceAll(/[\w-]{21,}/g, '')).not.toMatch(/(?<!\d)(?:19|20)?\d{6}[-+]?\d{4}(?!\d)/);
    const foreign = await search('', await service.roleToken('auditor', OTHER_TENANT));
    expect(eventsIn(foreign).map(({ type }) => type.code)).toEqual(['110101']);
  });
});
