import {
  type AccessEventInput,
  type Bytes,
  createSessionId,
  type DeviceKey,
  generateDeviceKey,
  generateKeySetRecipient,
  type KeySetRecipient,
  openKeySet,
  SecureCallError,
} from '@secure-call/protocol';
import type { CallVault } from './call-vault.ts';
import { EventOutbox } from './event-outbox.ts';
import { ExpiringKeys } from './expiring-keys.ts';
import { HlsRecording } from './hls-recording.ts';
import { HostClock } from './host-clock.ts';
import { KeyDesk, WINDOW_SECONDS, WINDOWS_AHEAD } from './key-desk.ts';
import { openSealed } from './open-sealed.ts';
import { PackageRecording } from './package-recording.ts';
import type { DataName, SealedRecording } from './sealed-recording.ts';
import { endOf } from './session-end.ts';
import { SoundPermission } from './sound-permission.ts';
import type { Storage } from './storage-reader.ts';
import type { KeysQuestion, OpenedSession, Progress, SimpleOpening, VaultNotice } from './vault-messages.ts';

/** No one listens longer without opening the call anew. */
const MAX_SESSION_SECONDS = 8 * 3600;
const MAX_RATE = 3;

/** What the vault needs of the page and of storage. */
export interface SimpleVaultOptions {
  readonly notify: (notice: VaultNotice) => void;
  readonly storage: Storage;
  /** @returns the host's JWE; @throws {SecureCallError} */
  readonly askHost: (question: KeysQuestion) => Promise<string>;
}

interface Session {
  readonly opening: SimpleOpening;
  readonly device: DeviceKey;
  readonly recipient: KeySetRecipient;
  readonly recording: SealedRecording;
  readonly outbox: EventOutbox;
  readonly permission: SoundPermission;
  readonly desk: KeyDesk;
  readonly expiry: ReturnType<typeof setTimeout>;
}

/** A call without a key service: the host's backend seals keys to this vault, the host's callback keeps the record. */
export class SimpleVault implements CallVault {
  readonly #options: SimpleVaultOptions;
  readonly #keys = new ExpiringKeys();
  readonly #clock = new HostClock();
  #session: Session | undefined;
  #progress: Progress = { positionSeconds: 0, playing: false };
  #signing = 0;
  #locked = false;

  constructor(options: SimpleVaultOptions) {
    this.#options = options;
  }

  /** Opens the recording and its first seconds. @throws {SecureCallError} */
  async open(opening: SimpleOpening): Promise<OpenedSession> {
    const [device, recipient, recording] = await Promise.all([
      generateDeviceKey(),
      generateKeySetRecipient(opening.keyAgreement),
      openRecording(opening, this.#options.storage),
    ]);
    const sid = createSessionId();
    const session = this.#assemble(opening, { device, recipient, recording }, sid);
    this.#session = session;
    recording.prefetch(0);
    try {
      // First of all, so that a host whose record is the gate has something to record before it gives a key.
      await this.report({ type: 'player.ready', position: 0 });
      await session.desk.renew();
    } catch (error) {
      this.#wipe(session);
      throw error;
    }
    return describe(session, sid);
  }

  #assemble(
    opening: SimpleOpening,
    parts: Pick<Session, 'device' | 'recipient' | 'recording'>,
    sid: ReturnType<typeof createSessionId>,
  ): Session {
    const outbox = new EventOutbox(parts.device, sid, event => {
      this.#options.notify({ type: 'access', event });
    });
    const desk = new KeyDesk({
      keyIds: (from, to) => parts.recording.keyIds(from, to),
      has: id => this.#keys.has(id),
      keysAgeing: () => this.#open().permission.keysAgeing,
      mayAsk: () => this.#mayAsk(),
      ask: ids => this.#ask(ids),
      ended: error => this.#end(error),
    });
    const permission = new SoundPermission(opening.audited, this.#options.notify);
    const expired = new SecureCallError('session_expired', 'Your access time has ended.');
    const expiry = setTimeout(() => this.#end(expired), MAX_SESSION_SECONDS * 1000);
    return { ...parts, opening, outbox, permission, desk, expiry };
  }

  segment(index: number): Promise<Bytes> {
    const { recording } = this.#open();
    const id = recording.keyId(index);
    return openSealed(
      {
        stored: () => recording.stored(index),
        key: () => (id === undefined ? Promise.resolve(undefined) : this.#keys.key(id)),
        open: (key, stored) => recording.open(index, key, stored),
      },
      why => this.#damaged(index, why),
    );
  }

  peaks(): Promise<Bytes | undefined> {
    return this.#data('peaks');
  }

  transcript(): Promise<Bytes | undefined> {
    return this.#data('transcript');
  }

  async #data(name: DataName): Promise<Bytes | undefined> {
    const { recording, desk } = this.#open();
    const ids = recording.dataKeyIds(name);
    if (ids.length === 0) return undefined;
    const given = await desk.want(ids).then(
      () => true,
      () => false,
    );
    if (!given) return undefined;
    return openSealed(
      {
        stored: () => Promise.resolve(new Uint8Array()),
        key: () => Promise.resolve(undefined),
        open: () => recording.openData(name, id => this.#keys.key(id)),
      },
      why => this.#damaged(1, why),
    );
  }

  progress(progress: Progress): void {
    this.#progress = progress;
    const session = this.#session;
    if (!session) return;
    session.recording.prefetch(progress.positionSeconds);
    session.desk.progress(progress);
  }

  async report(event: AccessEventInput): Promise<void> {
    const session = this.#session;
    if (session) await this.#sign(session, event);
  }

  /** The host's record has taken every event up to this number. */
  recorded(eventSeq: number): void {
    const session = this.#session;
    if (!session) return;
    session.outbox.acknowledge(eventSeq);
    session.permission.recorded();
    session.desk.kick();
  }

  /** The host's record did not take an event. */
  notRecorded(): void {
    this.#session?.desk.notRecorded();
  }

  async renew(): Promise<void> {
    const { desk, permission } = this.#open();
    await desk.renew();
    // Keys are given only when the record is complete, so this is as good as an event that it has taken.
    permission.recorded();
  }

  async lock(): Promise<void> {
    const { desk } = this.#open();
    this.#locked = true;
    desk.hold(true);
    this.#keys.close();
    this.#progress = { ...this.#progress, playing: false };
    await this.report({ type: 'session.locked', position: this.#progress.positionSeconds });
  }

  async unlock(progress: Progress): Promise<void> {
    this.#locked = false;
    await this.report({ type: 'session.unlocked', position: progress.positionSeconds });
    const { desk } = this.#open();
    // Locked again in the meantime: the last word counts.
    if (this.#isLocked()) return;
    this.#keys.reopen();
    this.progress(progress);
    desk.hold(false);
    await this.renew();
  }

  async close({ position }: { readonly position: number }): Promise<void> {
    const session = this.#session;
    if (!session) return;
    this.#wipe(session);
    await this.#sign(session, { type: 'client.closed', position });
  }

  #isLocked(): boolean {
    return this.#locked;
  }

  async #sign({ outbox, opening }: Session, event: AccessEventInput): Promise<void> {
    this.#signing += 1;
    try {
      await outbox.add(event);
      // Where the record is not the gate, telling the host is all there is to it.
      if (!opening.audited) outbox.acknowledge(Infinity);
    } finally {
      this.#signing -= 1;
    }
  }

  #mayAsk(): boolean {
    const session = this.#session;
    if (!session?.opening.audited) return session !== undefined;
    return this.#signing === 0 && session.outbox.unacknowledged.length === 0;
  }

  async #ask(keyIds: readonly string[]): Promise<void> {
    const { device, recipient, recording, opening, permission } = this.#open();
    const { jkt } = device;
    const jwe = await this.#options.askHost({ keyIds, publicJwk: recipient.publicJwk, jkt });
    const set = await openKeySet(jwe, {
      algorithm: opening.keyAgreement,
      privateKey: recipient.privateKey,
      jkt,
      kind: recording.keyKind,
      keyIds,
      ...(recording.binding ? { binding: recording.binding } : {}),
    });
    const seconds = this.#clock.remainingSeconds(set, performance.now() / 1000);
    if (seconds <= 0) throw new SecureCallError('authorize_failed', 'The key set has expired.');
    if (!this.#session) return;
    this.#keys.add(set.keys, seconds);
    permission.keysFor(seconds);
  }

  #open(): Session {
    if (!this.#session) throw new SecureCallError('destroyed', 'No call is open.');
    return this.#session;
  }

  #damaged(index: number, why: 'hash' | 'cipher'): Promise<void> {
    const position = this.#progress.positionSeconds;
    return this.report({ type: 'integrity.failed', index, why, position });
  }

  #end({ code, message }: SecureCallError): void {
    const session = this.#session;
    if (!session) return;
    this.#wipe(session);
    this.#options.notify({ type: 'ended', why: endOf(code), code, message });
  }

  #wipe(session: Session): void {
    this.#session = undefined;
    this.#keys.close();
    session.recording.close();
    session.desk.stop();
    session.permission.stop();
    clearTimeout(session.expiry);
  }
}

function openRecording(
  { media, packagerKeys, allowOrigins, channels }: SimpleOpening,
  storage: Storage,
): Promise<SealedRecording> {
  if (media.endsWith('/')) return PackageRecording.open(media, packagerKeys, storage);
  return HlsRecording.open({ media, allowOrigins, channels }, storage);
}

function describe({ recording, opening, permission }: Session, sid: string): OpenedSession {
  return {
    ...recording.description,
    hasTranscript: recording.dataKeyIds('transcript').length > 0,
    maxRate: MAX_RATE,
    aheadSeconds: WINDOW_SECONDS * WINDOWS_AHEAD,
    remainingMs: MAX_SESSION_SECONDS * 1000,
    listenerName: opening.listener.name,
    unitName: opening.listener.unit,
    purpose: opening.purpose,
    reference: sid.slice(-6),
    watermarkRequired: false,
    useForSeconds: permission.seconds,
    eventsUrl: undefined,
    readyReported: true,
  };
}
