import type { AccessEvent, AccessEventInput, SecureCallErrorCode } from '@secure-call/protocol';
import type { TilePattern } from '@secure-call/watermark';
import type { AnySource, CallPlayerOptions, ListeningReason } from './call-player.ts';
import { EventDelivery } from './event-delivery.ts';
import { sendOnLeave } from './leave-message.ts';
import { openCall } from './open-call.ts';
import { isSimpleSource } from './simple-source.ts';
import { VaultClient } from './vault-client.ts';
import type { OpenedSession, Progress, SessionEnd, VaultNotice } from './vault/vault-messages.ts';

const CLOSE_TIMEOUT_MS = 1000;

/** What the vault tells a session unasked. */
export interface SessionVaultListener {
  /** @returns a promise where the host keeps the record */
  access(event: AccessEvent): void | Promise<void>;
  /** Sound may play for so long. */
  answered(useForSeconds: number): void;
  /** No answer within the allowed time. */
  unanswered(): void;
  /** The service wants to know what was played before it releases more. */
  reportWanted(): void;
  ended(why: SessionEnd, code: SecureCallErrorCode): void;
}

/** One session's vault, and the way of its access events to the host. */
export class SessionVault {
  readonly #options: CallPlayerOptions<AnySource>;
  readonly #listener: SessionVaultListener;
  readonly #signal: AbortSignal;
  readonly #vault: VaultClient;
  readonly #delivery: EventDelivery;
  #opened: OpenedSession | undefined;
  #standing: readonly string[] = [];

  constructor(options: CallPlayerOptions<AnySource>, listener: SessionVaultListener, signal: AbortSignal) {
    const { source, workerUrl, fetchMedia } = options;
    this.#options = options;
    this.#listener = listener;
    this.#signal = signal;
    this.#vault = new VaultClient({
      workerUrl,
      fetchMedia,
      keys: isSimpleSource(source) ? source.keys : undefined,
      onNotice: notice => this.#heard(notice),
    });
    this.#delivery = new EventDelivery({
      awaited: isSimpleSource(source) && source.audit === 'callback',
      deliver: event => listener.access(event),
      recorded: eventSeq => unawaited(this.#vault.call('recorded', eventSeq)),
      notRecorded: () => unawaited(this.#vault.call('notRecorded', undefined)),
      signal,
    });
  }

  /** @throws {SecureCallError} */
  async open(reason: ListeningReason | undefined): Promise<OpenedSession> {
    this.#opened = await openCall(this.#vault, this.#options, reason, this.#signal);
    return this.#opened;
  }

  report(event: AccessEventInput): void {
    unawaited(this.reported(event));
  }

  /** Resolves when the event is signed. @throws {SecureCallError} */
  async reported(event: AccessEventInput): Promise<void> {
    if (this.#opened) await this.#vault.call('report', event);
  }

  progress(progress: Progress): void {
    if (this.#opened) unawaited(this.#vault.call('progress', progress));
  }

  /** @throws {SecureCallError} */
  segment(index: number): Promise<ArrayBuffer> {
    return this.#vault.call('segment', index);
  }

  /** @throws {SecureCallError} */
  peaks(): Promise<ArrayBuffer | undefined> {
    return this.#vault.call('peaks', undefined);
  }

  /** The transcript's WebVTT; undefined where there is none for this listener. @throws {SecureCallError} */
  transcript(): Promise<ArrayBuffer | undefined> {
    return this.#vault.call('transcript', undefined);
  }

  /** What this session puts into the sound. @throws {SecureCallError} */
  async watermark(): Promise<TilePattern> {
    return new Int8Array(await this.#vault.call('watermark', undefined));
  }

  /** Asks the service now. @throws {SecureCallError} when it does not answer */
  renew(): Promise<void> {
    return this.#vault.call('renew', undefined);
  }

  lock(): void {
    unawaited(this.#vault.call('lock', undefined));
  }

  /** @throws {SecureCallError} when the service gives no keys any more */
  unlock(positionSeconds: number): Promise<void> {
    return this.#vault.call('unlock', { positionSeconds, playing: false });
  }

  /** Reports the end to the service, waiting a moment for it. */
  async close(position: number): Promise<void> {
    const closed = this.#vault.call('close', { position }).catch(() => undefined);
    await Promise.race([closed, new Promise(resolve => setTimeout(resolve, CLOSE_TIMEOUT_MS))]);
  }

  /** Sends what is signed, without waiting. */
  leave(): void {
    if (this.#opened?.eventsUrl !== undefined) sendOnLeave(this.#opened.eventsUrl, this.#standing);
  }

  /** Every key is gone when this returns. */
  terminate(): void {
    this.#vault.terminate();
  }

  #heard(notice: VaultNotice): void {
    if (notice.type === 'access') this.#delivery.add(notice.event);
    else if (notice.type === 'standing') this.#hold(notice.events, notice.upTo);
    else if (notice.type === 'answered') this.#listener.answered(notice.useForSeconds);
    else if (notice.type === 'unanswered') this.#listener.unanswered();
    else if (notice.type === 'report-wanted') this.#listener.reportWanted();
    else this.#listener.ended(notice.why, notice.code);
  }

  #hold(events: readonly string[], upTo: number): void {
    this.#standing = events;
    unawaited(this.#vault.call('held', upTo));
  }
}

/** The vault tells of its failures by notices; the answer to one of these commands says nothing more. */
function unawaited(answer: Promise<void>): void {
  answer.catch(() => undefined);
}
