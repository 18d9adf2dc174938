import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGrant, createRoleToken, type GrantInput, type Role } from '@secure-call/protocol';
import {
  type CallServiceOptions,
  createCallService,
  type LogEntry,
  openSqliteStore,
  type Policy,
  type Store,
} from '@secure-call/server';
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

  now(): number {
    return this.#now;
  }

  advanceSeconds(seconds: number): void {
    this.#now += seconds * 1000;
  }
}

export interface TestServiceOptions extends Pick<CallServiceOptions, 'decodeRecording' | 'maxTraceBytes'> {
  readonly policy?: Partial<Policy>;
  /** Stands between the service and its store. */
  readonly wrapStore?: (store: Store) => Store;
}

/** A key service with two tenants on a real SQLite file. */
export class TestService {
  readonly keys: TestKeys;
  readonly clock: TestClock;
  readonly folder: string;
  readonly options: TestServiceOptions;
  /** What the service wrote for its operator. */
  readonly log: LogEntry[] = [];
  #store: Store;
  #stop: AbortController;
  #handle: Fetch;
  /** Goes to the service that runs now, also after a restart. */
  readonly fetch: Fetch = request => this.#handle(request);

  private constructor(keys: TestKeys, folder: string, options: TestServiceOptions) {
    this.keys = keys;
    this.clock = new TestClock();
    this.folder = folder;
    this.options = options;
    ({ store: this.#store, stop: this.#stop, handle: this.#handle } = this.#run());
  }

  static async start(options: TestServiceOptions = {}): Promise<TestService> {
    const folder = mkdtempSync(join(tmpdir(), 'secure-call-server-'));
    return new TestService(await generateTestKeys(), folder, options);
  }

  get databasePath(): string {
    return join(this.folder, 'service.db');
  }

  get store(): Store {
    return this.#store;
  }

  #run(): { store: Store; stop: AbortController; handle: Fetch } {
    const store = openSqliteStore(this.databasePath);
    const stop = new AbortController();
    const options = serviceOptions(this.keys, this.options.wrapStore?.(store) ?? store);
    const { policy = {}, wrapStore: _, ...others } = this.options;
    const now = (): number => this.clock.now();
    const log = (entry: LogEntry): void => void this.log.push(entry);
    return {
      store,
      stop,
      handle: createCallService({ ...options, ...others, policy, signal: stop.signal, log, now }),
    };
  }

  /** A new process on the same database, as far as the service can tell. */
  async restart(): Promise<void> {
    await this.#end();
    ({ store: this.#store, stop: this.#stop, handle: this.#handle } = this.#run());
  }

  async stop(): Promise<void> {
    await this.#end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    await this.#store.close();
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

  async roleToken(role: Role, tenant: typeof TENANT | typeof OTHER_TENANT = TENANT): Promise<string> {
    const own = tenant === TENANT;
    const key = own ? this.keys.roleIssuer : this.keys.otherRoleIssuer;
    return createRoleToken(
      {
        iss: own ? ROLE_ISSUER : OTHER_ROLE_ISSUER,
        aud: PUBLIC_URL,
        sub: 'officer-1',
        name: 'Olof Ek',
        role,
      },
      key.privateJwk,
      this.clock.now() / 1000,
    );
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
