import type { GrantClaims, Manifest, SessionId } from '@secure-call/protocol';
import { ServiceRefusal } from '@secure-call/protocol';
import type { JWK } from 'jose';
import { BoundedMap } from './bounded-map.ts';
import { ListenerCode } from './listener-code.ts';
import { openFromStore, type ServiceSecrets } from './service-secrets.ts';
import { SessionWrapping } from './session-wrapping.ts';
import { claimsOf, findSession, type SessionRow } from './sessions.ts';
import type { Store } from './store.ts';

/** What of a session changes while it goes on; it is read under lock whenever something is decided by it. */
export type ChangingColumn =
  | 'ended_at'
  | 'ended_why'
  | 'last_event_seq'
  | 'last_event_sha256'
  | 'gap_recorded_seq'
  | 'unexplained_windows';

/** What never changes of a session. */
export type LastingSession = Omit<SessionRow, ChangingColumn>;

/** A session that something was asked of lately, and what its leases are made with. */
export class KnownSession {
  readonly row: LastingSession;
  readonly claims: GrantClaims;
  readonly deviceJwk: JWK;
  readonly #secrets: Pick<ServiceSecrets, 'sealing' | 'code'>;
  #wrapping: Promise<SessionWrapping> | undefined;
  #code: ListenerCode | undefined;

  constructor(row: LastingSession, secrets: Pick<ServiceSecrets, 'sealing' | 'code'>) {
    this.row = row;
    this.claims = claimsOf(row);
    this.deviceJwk = JSON.parse(row.device_jwk) as JWK;
    this.#secrets = secrets;
  }

  /** One key agreement for all leases of the session. No key of a recording is in it, so it need not wait for the record. */
  wrapping(): Promise<SessionWrapping> {
    if (!this.#wrapping) {
      this.#wrapping = this.#agree();
      // What failed once is tried again by the next lease.
      this.#wrapping.catch(() => (this.#wrapping = undefined));
    }
    return this.#wrapping;
  }

  /** @param manifest - of the session's recording */
  code(manifest: Manifest): ListenerCode {
    return (this.#code ??= new ListenerCode(this.#secrets.code, manifest, this.row));
  }

  async #agree(): Promise<SessionWrapping> {
    const { sid, epk_sealed: sealed } = this.row;
    return new SessionWrapping(await openFromStore(this.#secrets.sealing, sid, sealed), this.row);
  }
}

/** How long after its last request a session's keys stay in memory. */
const KEPT_MS = 60_000;
const MAX_SESSIONS = 4096;

/** Keeps what never changes of sessions that go on, so that no lease reads it or agrees on keys again. */
export class KnownSessions {
  readonly #store: Store;
  readonly #secrets: ServiceSecrets;
  readonly #known = new BoundedMap<string, { readonly session: KnownSession; readonly until: number }>(
    MAX_SESSIONS,
  );

  constructor(store: Store, secrets: ServiceSecrets) {
    this.#store = store;
    this.#secrets = secrets;
  }

  /** @param now - milliseconds since the epoch @throws {ServiceRefusal} `not_found` */
  async of(sid: SessionId, now: number): Promise<KnownSession> {
    const known = this.#known.get(sid);
    if (known && known.until > now) return this.#keep(known.session, now);
    const row = await this.#store.read(db => findSession(db, sid));
    if (!row) throw new ServiceRefusal('not_found', 'There is no such session.');
    return this.take(row, now);
  }

  /** Takes one that was just read or opened. */
  take(row: LastingSession, now: number): KnownSession {
    return this.#keep(new KnownSession(row, this.#secrets), now);
  }

  #keep(session: KnownSession, now: number): KnownSession {
    this.#known.set(session.row.sid, { session, until: now + KEPT_MS });
    return session;
  }
}
