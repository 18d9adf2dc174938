import {
  type AccessEventInput,
  agreeSessionSecret,
  type AudioTrack,
  audioTrack,
  type Bytes,
  concat,
  type DeviceKey,
  type EcdhKey,
  findTrack,
  fromBase64url,
  generateDeviceKey,
  generateEcdhKey,
  type LeaseAnswer,
  type Manifest,
  parse,
  parseManifest,
  type PushMessage,
  SecureCallError,
  type SecureCallErrorCode,
  segmentIndexAt,
  segmentSpan,
  type SessionAnswer,
  sessionAnswerSchema,
  type Track,
  unpackData,
  verifyHashPage,
} from '@secure-call/protocol';
import { clientPattern, type TilePattern } from '@secure-call/watermark';
import { eventsUrl } from '../service-request.ts';
import type { CallVault } from './call-vault.ts';
import { KeyRing, openLeased } from './key-ring.ts';
import { KeyServiceClient } from './key-service-client.ts';
import { LeaseDriver } from './lease-driver.ts';
import { openSealed } from './open-sealed.ts';
import { describeTrack } from './recording-description.ts';
import { RevocationStream } from './revocation-stream.ts';
import { endOf } from './session-end.ts';
import { SessionOutbox } from './session-outbox.ts';
import { SlotSource } from './slot-source.ts';
import type { ReadRange } from './storage-reader.ts';
import type { OpenedSession, Progress, VaultCommands, VaultNotice } from './vault-messages.ts';

const OPEN_RETRY_MS = [500, 1000, 2000];
/** Slots fetched ahead of the lease that opens them, so that a slow network stalls no more than plain HLS. */
const PREFETCH_SECONDS = 30;
/** What sounds first, and its lease, share network and processor with no other slots than these. */
const FIRST_SECONDS = 4;
const SLOTS_AT_ONCE = 3;

interface Session {
  readonly answer: SessionAnswer;
  readonly manifest: Manifest;
  readonly client: KeyServiceClient;
  readonly keys: KeyRing;
  readonly slots: SlotSource;
  readonly outbox: SessionOutbox;
  readonly driver: LeaseDriver;
  readonly stream: RevocationStream;
  readonly timers: { deadline?: ReturnType<typeof setTimeout>; expiry?: ReturnType<typeof setTimeout> };
}

/** Holds the device keys, the session and the segment keys; hands out plaintext segments, one at a time. */
export class Vault implements CallVault {
  readonly #notify: (notice: VaultNotice) => void;
  readonly #read: ReadRange;
  readonly #device: Promise<DeviceKey> = generateDeviceKey();
  /** Made beforehand: the time until a grant is here is the host's. */
  readonly #ecdh: Promise<EcdhKey> = generateEcdhKey();
  readonly #withheld = new Set<string>();
  /** Who waits for a track that may yet be withheld. */
  readonly #refused = new Map<string, () => void>();
  #session: Session | undefined;
  #progress: Progress = { positionSeconds: 0, playing: false };
  #locked = false;
  /** What is fetched ahead now; a later position replaces it. */
  #prefetching: readonly number[] = [];

  constructor(notify: (notice: VaultNotice) => void, read: ReadRange) {
    this.#notify = notify;
    this.#read = read;
  }

  async deviceKey(): Promise<string> {
    return (await this.#device).jkt;
  }

  /** Redeems a grant and opens the call. @throws {SecureCallError} */
  async open({ service, call, grant }: VaultCommands['open']['args']): Promise<OpenedSession> {
    const device = await this.#device;
    const ecdh = await this.#ecdh;
    const client = new KeyServiceClient(service, device);
    const answer = await redeem(client, grant, ecdh.publicPoint);
    const manifest = parseManifest(fromBase64url(answer.manifest));
    if (manifest.call !== call || answer.call !== call) {
      throw new SecureCallError('integrity_failed', 'The key service answered for another call.');
    }
    const session = await this.#assemble(answer, manifest, client, device, ecdh);
    this.#session = session;
    this.#scheduleEnd(session);
    this.#answered(session, answer.lease.useForSeconds);
    session.driver.progress(this.#progress);
    void session.outbox.open();
    return describe(answer, manifest, client);
  }

  async #assemble(
    answer: SessionAnswer,
    manifest: Manifest,
    client: KeyServiceClient,
    device: DeviceKey,
    ecdh: EcdhKey,
  ): Promise<Session> {
    const firstPage = fromBase64url(answer.firstHashes);
    await verifyHashPage(manifest, 0, firstPage);
    const slots = new SlotSource(manifest, answer.media.base, firstPage, this.#read);
    void this.#prefetch(slots, manifest, 0, FIRST_SECONDS);
    const { session: sid, tenant, call, epk } = answer;
    const secret = await agreeSessionSecret(ecdh.privateKey, epk);
    const binding = { tenant, sid, call, rev: manifest.rev, jkt: device.jkt };
    const keys = new KeyRing(secret, { epk, device: ecdh.publicPoint }, binding);
    await keys.add(answer.lease);
    const outbox = new SessionOutbox({
      device,
      sid,
      service: client.url(''),
      signed: event => this.#notify({ type: 'access', event }),
      standing: (events, upTo) => this.#notify({ type: 'standing', events, upTo }),
      position: () => this.#progress.positionSeconds,
    });
    const path = `/sessions/${sid}`;
    const stream = new RevocationStream(
      client,
      `${path}/stream`,
      message => this.#pushed(message),
      refusal => this.#streamRefused(refusal),
    );
    const track = audioTrack(manifest);
    const driver = new LeaseDriver({
      track,
      windowSeconds: answer.policy.windowSeconds,
      windowsAhead: () => (stream.up ? answer.policy.ahead : 1),
      has: index => keys.has('audio', index),
      permits: index => isPermitted(track, index, answer.policy.ranges),
      unacknowledged: () => outbox.unacknowledged,
      send: request => client.post(`${path}/leases`, request),
      answered: lease => this.#leased(lease),
      withheld: name => {
        this.#withheld.add(name);
        this.#refused.get(name)?.();
      },
      reportWanted: () => this.#notify({ type: 'report-wanted' }),
      ended: (code, message) => this.#end(code, message),
    });
    return { answer, manifest, client, keys, slots, outbox, driver, stream, timers: {} };
  }

  /** Plaintext of an audio segment, waiting for its lease. @throws {SecureCallError} */
  segment(index: number): Promise<Bytes> {
    const session = this.#open();
    return this.#openSlot(session, audioTrack(session.manifest), index);
  }

  /** Peaks, whole; undefined when the grant withholds them. @throws {SecureCallError} */
  peaks(): Promise<Bytes | undefined> {
    return this.#data('peaks');
  }

  /** The same for the transcript's WebVTT. */
  transcript(): Promise<Bytes | undefined> {
    return this.#data('transcript');
  }

  async #data(name: 'peaks' | 'transcript'): Promise<Bytes | undefined> {
    const session = this.#open();
    const track = findTrack(session.manifest, name);
    if (!track || this.#withheld.has(name)) return undefined;
    const refused = new Promise<undefined>(resolve => this.#refused.set(name, () => resolve(undefined)));
    // One request for both: what is being signed now goes with it.
    await session.outbox.settled();
    session.driver.want(name);
    return Promise.race([refused, this.#openData(session, track)]);
  }

  async #openData(session: Session, track: Track): Promise<Bytes> {
    const pieces: Bytes[] = [];
    for (let index = 1; index < track.total; index++) {
      pieces.push(await unpackData(await this.#openSlot(session, track, index)));
    }
    return concat(...pieces);
  }

  /** What this session puts into the sound. */
  watermark(): Promise<TilePattern> {
    const { id, key } = this.#open().answer.watermark;
    return clientPattern(fromBase64url(key), id);
  }

  progress(progress: Progress): void {
    this.#progress = progress;
    const session = this.#session;
    if (!session) return;
    const { slots, manifest } = session;
    const aheadSeconds = this.#sounds(session) ? PREFETCH_SECONDS : FIRST_SECONDS;
    // A jump waits for its lease, and the lease for nothing: the events that explain it go with the next request.
    session.driver.progress(progress);
    void this.#prefetch(slots, manifest, progress.positionSeconds, aheadSeconds);
  }

  async report(event: AccessEventInput): Promise<void> {
    const session = this.#session;
    if (!session) return;
    await session.outbox.add(event);
    session.driver.flush();
  }

  /** The page has taken every event up to this number. */
  held(upTo: number): void {
    this.#session?.outbox.held(upTo);
  }

  /** Asks the service now, and tells it what is being signed. */
  async renew(): Promise<void> {
    const { outbox, driver } = this.#open();
    await outbox.settled();
    await driver.renew();
  }

  /** Forgets every key and buffer; the session lives on. */
  async lock(): Promise<void> {
    const session = this.#open();
    this.#locked = true;
    session.driver.hold(true);
    session.keys.close();
    this.#progress = { ...this.#progress, playing: false };
    await this.report({ type: 'session.locked', position: this.#progress.positionSeconds });
  }

  async unlock(progress: Progress): Promise<void> {
    this.#locked = false;
    await this.report({ type: 'session.unlocked', position: progress.positionSeconds });
    const session = this.#open();
    // Locked again in the meantime: the last word counts.
    if (this.#locked) return;
    session.keys.reopen();
    this.progress(progress);
    session.driver.hold(false);
    await this.renew();
  }

  async close({ position }: { readonly position: number }): Promise<void> {
    const session = this.#session;
    if (!session) return;
    this.#wipe(session);
    const { client, outbox, answer } = session;
    await outbox.close(position);
    const delivered = client.deliver(answer.session, outbox.unacknowledged).then(() => outbox.delivered());
    // What was not taken stays in the browser's store, for the next page.
    await delivered.catch(() => undefined);
    await client.close(`/sessions/${answer.session}`).catch(() => undefined);
  }

  #open(): Session {
    if (!this.#session) throw new SecureCallError('destroyed', 'No call is open.');
    return this.#session;
  }

  #openSlot(session: Session, track: Track, index: number): Promise<Bytes> {
    const segment = {
      stored: () => session.slots.slot(track, index),
      key: () => session.keys.key(track.name, index),
      open: openLeased,
    };
    return openSealed(segment, why => {
      const position = this.#progress.positionSeconds;
      return this.report({ type: 'integrity.failed', index, why, position });
    });
  }

  #sounds({ manifest, keys }: Session): boolean {
    const { positionSeconds, playing } = this.#progress;
    return playing && keys.has('audio', segmentIndexAt(audioTrack(manifest), positionSeconds));
  }

  /** A few slots at a time, so that a slot asked for meanwhile waits behind few. */
  async #prefetch(
    slots: SlotSource,
    manifest: Manifest,
    positionSeconds: number,
    aheadSeconds: number,
  ): Promise<void> {
    const track = audioTrack(manifest);
    const first = segmentIndexAt(track, positionSeconds);
    const last = segmentIndexAt(track, positionSeconds + aheadSeconds);
    const wanted = [0, ...rangeOf(first, last)];
    this.#prefetching = wanted;
    for (let at = 0; at < wanted.length && this.#prefetching === wanted; at += SLOTS_AT_ONCE) {
      // Whoever needs the slot meets the failure; fetching ahead is only a head start.
      await Promise.allSettled(wanted.slice(at, at + SLOTS_AT_ONCE).map(index => slots.slot(track, index)));
    }
  }

  async #leased(lease: LeaseAnswer): Promise<void> {
    const session = this.#open();
    session.client.nonce = lease.nonce;
    session.outbox.acknowledge(lease.ack);
    await session.keys.add(lease);
    if (this.#session === session) this.#answered(session, lease.useForSeconds);
  }

  #answered(session: Session, useForSeconds: number): void {
    clearTimeout(session.timers.deadline);
    session.timers.deadline = setTimeout(() => this.#notify({ type: 'unanswered' }), useForSeconds * 1000);
    this.#notify({ type: 'answered', useForSeconds });
  }

  #scheduleEnd(session: Session): void {
    const { policy, serverTime } = session.answer;
    session.timers.expiry = setTimeout(
      () => this.#end('session_expired', 'Your access time has ended.'),
      policy.expiresAt - serverTime,
    );
  }

  #pushed(message: PushMessage): void {
    if (message.type === 'revoked') this.#end('session_revoked', 'Your access was withdrawn.');
    if (message.type === 'expired') this.#end('session_expired', 'Your access time has ended.');
    if (message.type === 'erased') this.#end('call_erased', 'This call has been erased.');
  }

  /** Anything else than the session's end is for the next lease to tell; the stream just tries again. */
  #streamRefused({ code, message }: SecureCallError): void {
    if (endOf(code) !== 'refused') this.#end(code, message);
  }

  #end(code: SecureCallErrorCode, message: string): void {
    const session = this.#session;
    if (!session) return;
    this.#wipe(session);
    this.#notify({ type: 'ended', why: endOf(code), code, message });
  }

  #wipe(session: Session): void {
    this.#session = undefined;
    this.#prefetching = [];
    session.keys.close();
    session.slots.close();
    session.driver.stop();
    session.stream.close();
    clearTimeout(session.timers.deadline);
    clearTimeout(session.timers.expiry);
  }
}

/** The service releases every segment whole that holds a permitted second. */
function isPermitted(track: AudioTrack, index: number, ranges: SessionAnswer['policy']['ranges']): boolean {
  const span = segmentSpan(track, index);
  return ranges?.some(([from, to]) => from < span.to && to > span.from) ?? true;
}

const rangeOf = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);

/** A lost answer does not burn the grant: the same grant and key get the same session again. */
async function redeem(client: KeyServiceClient, grant: string, ecdh: string): Promise<SessionAnswer> {
  for (const delay of OPEN_RETRY_MS) {
    try {
      return await redeemOnce(client, grant, ecdh);
    } catch (error) {
      if (!(error instanceof SecureCallError) || error.code !== 'service_unreachable') throw error;
      await new Promise(resolve => setTimeout(resolve, delay));
    }
  }
  return redeemOnce(client, grant, ecdh);
}

async function redeemOnce(client: KeyServiceClient, grant: string, ecdh: string): Promise<SessionAnswer> {
  const answer = parse(
    sessionAnswerSchema,
    await client.post('/sessions', { grant, ecdh }, { grant }),
    'session',
  );
  client.nonce = answer.nonce;
  return answer;
}

function describe(answer: SessionAnswer, manifest: Manifest, client: KeyServiceClient): OpenedSession {
  const { policy, watermark, lease } = answer;
  return {
    ...describeTrack(audioTrack(manifest)),
    hasTranscript: findTrack(manifest, 'transcript') !== undefined,
    maxRate: policy.maxRate,
    aheadSeconds: policy.windowSeconds * policy.ahead,
    remainingMs: policy.expiresAt - answer.serverTime,
    listenerName: watermark.visible.name,
    unitName: watermark.visible.unit,
    purpose: policy.purpose,
    ...(policy.ranges ? { ranges: policy.ranges } : {}),
    reference: answer.session.slice(-6),
    watermarkRequired: watermark.required,
    useForSeconds: lease.useForSeconds,
    eventsUrl: eventsUrl(client.url(''), answer.session),
    readyReported: false,
  };
}
