import {
  emptyPayloadSchema,
  parse,
  parseJson,
  type PushMessage,
  ServiceRefusal,
  type SessionId,
  sessionIdSchema,
} from '@secure-call/protocol';
import { ndjson, ndjsonLine } from './answers.ts';
import { MAX_EMPTY_BODY_BYTES } from './close-session.ts';
import { epochOf } from './epochs.ts';
import { checkProof, spendProof } from './proof-check.ts';
import { readBody } from './request-body.ts';
import type { ServiceContext } from './service-context.ts';
import { pushAfter } from './session-ends.ts';
import type { FinalPush } from './session-pushes.ts';
import { lockSession, refusalOfEnded, type SessionRow, sessionOfProof } from './sessions.ts';

/** The player takes a longer silence for a lost stream. */
const EPOCH_INTERVAL_MS = 5000;

/** `POST /sessions/{sid}/stream`: tells a player at once that its session is over. */
export async function postStream(context: ServiceContext, request: Request, id: string): Promise<Response> {
  const sid = parse(sessionIdSchema, id, 'session id');
  const proof = await checkProof(
    context,
    await readBody(request, MAX_EMPTY_BODY_BYTES),
    `/sessions/${sid}/stream`,
  );
  parseJson(emptyPayloadSchema, proof.payload, 'request');
  const { row } = await sessionOfProof(context, sid, proof.jkt);
  const ended = await context.commitRows(async tx => {
    await spendProof(tx, proof);
    return refusalOfEnded(tx, await lockSession(tx, sid));
  });
  if (ended instanceof ServiceRefusal) throw ended;
  return ndjson(new SessionStream(context, sid, row.tenant, request.signal).readable);
}

class SessionStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #context: ServiceContext;
  readonly #sid: SessionId;
  readonly #tenant: string;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopListening: () => void = () => undefined;

  constructor(context: ServiceContext, sid: SessionId, tenant: string, signal: AbortSignal) {
    this.#context = context;
    this.#sid = sid;
    this.#tenant = tenant;
    this.readable = new ReadableStream({
      start: controller => this.#start(controller),
      cancel: () => this.#release(),
    });
    signal.addEventListener('abort', () => this.#end(undefined), { once: true });
    if (context.signal.aborted) this.#end(undefined);
  }

  async #start(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#controller = controller;
    // Listening comes before the first look at the store, so that no end falls in between.
    this.#stopListening = this.#context.pushes.listen(this.#sid, push => this.#end(push));
    await this.#tick();
  }

  /** Says that the session goes on. The store is asked every time: another instance may have ended it. */
  async #tick(): Promise<void> {
    try {
      const { session, epoch } = await this.#look();
      if (session.ended_why !== null) return this.#end(pushAfter[session.ended_why]);
      const now = this.#context.now();
      this.#send({ type: 'epoch', epoch, serverTime: now });
      this.#wait(Math.min(EPOCH_INTERVAL_MS, Math.max(0, session.expires_at - now)));
    } catch {
      // Without the store nothing can be promised; the player goes on by its own rule.
      this.#end(undefined);
    }
  }

  /** Reads the session, and ends it when its time is over. */
  async #look(): Promise<{ readonly session: SessionRow; readonly epoch: number }> {
    return this.#context.commitRows(async tx => {
      await refusalOfEnded(tx, await lockSession(tx, this.#sid));
      return { session: await lockSession(tx, this.#sid), epoch: await epochOf(tx.db, this.#tenant) };
    });
  }

  #wait(milliseconds: number): void {
    if (this.#controller === undefined) return;
    this.#timer = setTimeout(() => void this.#tick(), milliseconds);
    // An open stream must not keep a process alive that has nothing else to do.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  #send(message: PushMessage): void {
    this.#controller?.enqueue(ndjsonLine(message));
  }

  #end(push: FinalPush): void {
    if (push) this.#send({ type: push, serverTime: this.#context.now() });
    const controller = this.#controller;
    this.#release();
    controller?.close();
  }

  #release(): void {
    this.#controller = undefined;
    clearTimeout(this.#timer);
    this.#stopListening();
  }
}
