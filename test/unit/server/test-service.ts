import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGrant, createRoleToken, type GrantInput, type OfficerRole } from '@secure-call/protocol';
import {
  type CallServiceOptions,
  createCallService,
  Erasures,
  type LogEntry,
  openStore,
  type Policy,
  type Store,
  type StoreLocation,
} from '@secure-call/server';
import { createDatabase } from '../../support/postgres-query.ts';
import { inject } from 'vitest';
import type { OTHER_TENANT } from './service-options.ts';
import {
  generateTestKeys,
  ISSUER,
  OTHER_ROLE_ISSUER,
  PUBLIC_URL,
  ROLE_ISSUER,
  serviceOptions,
  TENANT,
  type TestKeys,
} from './service-options.ts';
import { Browser, type Fetch, type FollowedRecord } from './browser.ts';
import { createSyntheticCall, type SyntheticCall, type SyntheticCallOptions } from './synthetic-call.ts';

/** A clock that tests move by hand. */
export class TestClock {
  #now = Date.now();

  /** Goes on to the next time it is so late. @param time - hours and minutes, UTC, e.g. "23:30" */
  advanceTo(time: string): void {
    const today = Date.parse(`${new Date(this.#now).toISOString().slice(0, 10)}T${time}:00.000Z`);
    this.#now = today > this.#now ? today : today + 24 * 3600 * 1000;
  }

  now(): number {
    return this.#now;
  }

  advanceSeconds(seconds: number): void {
    this.#now += seconds * 1000;
  }
}

export interface TestServiceOptions extends Partial<
  Pick<
    CallServiceOptions,
    'archiveKeys' | 'decodeRecording' | 'maxTraceBytes' | 'metrics' | 'review' | 'rotating'
  >
> {
  readonly policy?: Partial<Policy>;
  /** @default an empty database of its own */
  readonly location?: StoreLocation;
  /** Other tenants than the usual two. */
  readonly tenantsOf?: (keys: TestKeys) => CallServiceOptions['tenants'];
  /** Of a service whose database was put on another machine. @default new ones */
  readonly keys?: TestKeys;
  /** Where erasures are kept outside the database. */
  readonly erasureFolder?: string;
  /** Stands between the service and its store. */
  readonly wrapStore?: (store: Store) => Store;
}

type WhoseToken =
  | { readonly role: OfficerRole; readonly sub: string; readonly name: string }
  | { readonly role: 'patient'; readonly patient: string; readonly sub: string; readonly name: string };

/** What a careless host knows a patient by: a personal number, which must not stand in the record. */
export const PATIENT_SUB = '191212121212';

/** What runs from one start of a service to the next. */
interface RunningService {
  readonly store: Store;
  readonly stop: AbortController;
  readonly handle: Fetch;
}

/** What stays the same from one start to the next. */
type ServiceParts = Pick<TestService, 'keys' | 'clock' | 'folder' | 'location' | 'options' | 'log'>;

/** A key service with two tenants on a real SQLite file, or on a PostgreSQL database of its own where there is a server. */
export class TestService {
  readonly keys: TestKeys;
  readonly clock: TestClock;
  readonly folder: string;
  readonly location: StoreLocation;
  readonly options: TestServiceOptions;
  /** What the service wrote for its operator. */
  readonly log: LogEntry[];
  #running: RunningService;
  /** Goes to the service that runs now, also after a restart. */
  readonly fetch: Fetch = request => this.#running.handle(request);

  private constructor(parts: ServiceParts, running: RunningService) {
    this.keys = parts.keys;
    this.clock = parts.clock;
    this.folder = parts.folder;
    this.location = parts.location;
    this.options = parts.options;
    this.log = parts.log;
    this.#running = running;
  }

  static async start(options: TestServiceOptions = {}): Promise<TestService> {
    const folder = mkdtempSync(join(tmpdir(), 'secure-call-server-'));
    const location = options.location ?? (await emptyDatabase(folder));
    const service = {
      keys: options.keys ?? (await generateTestKeys()),
      clock: new TestClock(),
      folder,
      location,
      options,
      log: [],
    };
    return new TestService(service, await runService(service));
  }

  get store(): Store {
    return this.#running.store;
  }

  /**
   * A new process on the same database, as far as the service can tell.
   * @param meanwhile - what happens between one and the next
   */
  async restart(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await this.#end();
    await meanwhile();
    this.#running = await runService(this);
  }

  /** One more service on the same database. */
  join(options: TestServiceOptions = this.options): Promise<RunningService> {
    const { keys, clock, folder, location, log } = this;
    return runService({ keys, clock, folder, location, log, options });
  }

  async stop(): Promise<void> {
    await this.#end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    this.#running.stop.abort();
    await this.#running.store.close();
  }

  browser(): Promise<Browser> {
    return Browser.create(this.fetch, PUBLIC_URL);
  }

  async registerCall(options: Partial<SyntheticCallOptions> = {}): Promise<SyntheticCall> {
    const made = await this.makeCall(options);
    const response = await this.register(made.registration);
    if (response.status !== 201) throw new Error(`The registration was answered with ${response.status}.`);
    return made;
  }

  makeCall(options: Partial<SyntheticCallOptions> = {}): Promise<SyntheticCall> {
    return createSyntheticCall({
      tenant: TENANT,
      recipients: [this.keys.archive.publicJwk],
      packager: this.keys.packager.privateJwk,
      ...options,
    });
  }

  register(registration: string): Promise<Response> {
    const headers = { 'content-type': 'application/jose' };
    return this.fetch(
      new Request(`${PUBLIC_URL}/registrations`, { method: 'POST', body: registration, headers }),
    );
  }

  /** A grant of the first tenant's issuer. */
  grant(input: GrantInput): Promise<string> {
    return createGrant(input, this.keys.issuer.privateJwk, this.clock.now() / 1000);
  }

  roleToken(
    role: OfficerRole,
    tenant: typeof TENANT | typeof OTHER_TENANT = TENANT,
    sub: string = 'officer-1',
  ): Promise<string> {
    return this.#tokenOf({ role, sub, name: 'Olof Ek' }, tenant);
  }

  /** A token of the patient whom grants name by this pseudonym. */
  patientToken(patient: string, tenant: typeof TENANT | typeof OTHER_TENANT = TENANT): Promise<string> {
    return this.#tokenOf({ role: 'patient', patient, sub: PATIENT_SUB, name: 'Tolvan Tolvansson' }, tenant);
  }

  #tokenOf(who: WhoseToken, tenant: string): Promise<string> {
    const own = tenant === TENANT;
    const iss = own ? ROLE_ISSUER : OTHER_ROLE_ISSUER;
    const { privateJwk } = own ? this.keys.roleIssuer : this.keys.otherRoleIssuer;
    return createRoleToken({ ...who, iss, aud: PUBLIC_URL }, privateJwk, this.clock.now() / 1000);
  }

  /** A request with a bearer token: a POST where there is a body. */
  async asRole(
    token: string,
    path: string,
    body?: unknown,
    method: string = body === undefined ? 'GET' : 'POST',
  ): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.fetch(new Request(`${PUBLIC_URL}${path}`, { method, headers, ...content }));
  }

  /** Everything in a tenant's record, read as its auditor does. */
  async records(query = '', tenant: typeof TENANT | typeof OTHER_TENANT = TENANT): Promise<FollowedRecord[]> {
    const response = await this.asRole(await this.roleToken('auditor', tenant), `/audit/records${query}`);
    const text = await response.text();
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as FollowedRecord);
  }
}

async function emptyDatabase(folder: string): Promise<StoreLocation> {
  const port = inject('postgresPort');
  if (port === undefined) return { path: join(folder, 'service.db') };
  const server = `postgres://owner@127.0.0.1:${port}`;
  const name = await createDatabase(`${server}/postgres`);
  return { url: `${server}/${name}` };
}

async function runService({
  keys,
  clock,
  location,
  options: {
    policy = {},
    wrapStore = same => same,
    location: _location,
    keys: _keys,
    erasureFolder: folder,
    tenantsOf,
    ...others
  },
  log: entries,
}: ServiceParts): Promise<RunningService> {
  const store = await openStore(location);
  const stop = new AbortController();
  const now = (): number => clock.now();
  const log = (entry: LogEntry): void => void entries.push(entry);
  const usual = serviceOptions(keys, wrapStore(store));
  const tenants = tenantsOf?.(keys) ?? usual.tenants;
  const options = { ...usual, ...others, tenants, policy, log, now };
  const erasures = folder === undefined ? {} : { erasures: await Erasures.create({ ...options, folder }) };
  return {
    store,
    stop,
    handle: createCallService({ ...options, ...erasures, signal: stop.signal }),
  };
}

type GrantChanges = Partial<Omit<GrantInput, 'call'>> & { readonly call?: Partial<GrantInput['call']> };

/** A nurse's grant for a call, with whatever a test wants otherwise. */
export function grantInput(call: SyntheticCall, browser: Browser, changes: GrantChanges = {}): GrantInput {
  return {
    iss: ISSUER,
    aud: PUBLIC_URL,
    sub: 'nurse-1',
    name: 'Anna Lind',
    role: 'nurse',
    cnf: { jkt: browser.device.jkt },
    ...changes,
    call: {
      id: call.call,
      patient: 'pseudonym-17',
      unit: { id: 'unit-1', name: 'Advice line' },
      purpose: 'TREAT',
      relation: 'care-team',
      maxSessionSeconds: 1800,
      maxRate: 2,
      watermark: { client: 'required' },
      ...changes.call,
    },
  };
}
