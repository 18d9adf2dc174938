import type { JWK } from 'jose';
import * as v from 'valibot';
import { sha256Base64url } from './bytes.ts';
import { openCompact, signCompact } from './compact-signature.ts';
import type { DeviceKey } from './dpop.ts';
import { SecureCallError } from './errors.ts';
import { createEventId, digestSchema, type SessionId, sessionIdSchema } from './identifiers.ts';
import { parseJson } from './parse.ts';
import { COMPACT_JWS, MAX_TOKEN_BYTES } from './pinned-jws.ts';
import { type Primitives, webPrimitives } from './primitives.ts';

export const ACCESS_EVENT_TYP = 'secure-call-event+jws';

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(2 ** 32));
const range = v.strictTuple([seconds, seconds]);

/** What each type of event tells besides the common fields. */
const details = {
  'player.ready': {},
  'playback.started': {},
  'playback.paused': {},
  'playback.resumed': {},
  'playback.seeked': { from: seconds, to: seconds },
  'playback.rate': { rate: v.pipe(v.number(), v.minValue(0.1), v.maxValue(16)) },
  'playback.ended': {},
  /** Seconds of the recording that were rendered to the output, at least every 10 s of play. */
  'playback.listened': {
    ranges: v.pipe(v.array(range), v.minLength(1), v.maxLength(64)),
    rate: v.pipe(v.number(), v.finite()),
  },
  'visibility.changed': { visible: v.boolean() },
  'output.changed': {},
  'channel.changed': {
    channel: v.pipe(v.number(), v.integer(), v.minValue(0)),
    gain: v.pipe(v.number(), v.minValue(0), v.maxValue(4)),
    muted: v.boolean(),
  },
  'transcript.viewed': {},
  'transcript.searched': {},
  'watermark.degraded': {},
  'integrity.failed': {
    index: v.pipe(v.number(), v.integer(), v.minValue(0)),
    why: v.picklist(['hash', 'cipher', 'format']),
  },
  /** Without `why` the service did not answer; `unkept`: this browser keeps no events; `lost`: so many of earlier sessions. */
  'audit.degraded': {
    why: v.exactOptional(v.picklist(['unkept', 'lost'])),
    events: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2 ** 32))),
  },
  'session.locked': {},
  'session.unlocked': {},
  'client.closed': {},
} as const satisfies Record<string, v.ObjectEntries>;

export type AccessEventType = keyof typeof details;
type Details = {
  [T in AccessEventType]: v.InferOutput<
    v.StrictObjectSchema<(typeof details)[T], undefined> & v.GenericSchema
  >;
};

const common = {
  v: v.literal(1),
  id: v.pipe(v.string(), v.uuid()),
  sid: sessionIdSchema,
  /** From 1, without gaps. */
  eventSeq: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** SHA-256 of the previous compact JWS; empty for the first. */
  prev: v.union([v.literal(''), digestSchema]),
  type: v.string(),
  /** The browser's clock, ISO 8601; the service's own time of receipt is what counts. */
  at: v.pipe(v.string(), v.maxLength(40)),
  /** Milliseconds of the browser's monotonic clock. */
  mono: v.pipe(v.number(), v.finite()),
  /** Position in the recording, in seconds. */
  position: seconds,
};

interface CommonFields {
  readonly v: 1;
  readonly id: string;
  readonly sid: SessionId;
  readonly eventSeq: number;
  readonly prev: string;
  readonly at: string;
  readonly mono: number;
  readonly position: number;
}

/** What the player reports, one member per type. */
export type AccessEvent = {
  [T in AccessEventType]: CommonFields & { readonly type: T } & Readonly<Details[T]>;
}[AccessEventType];

/** The part of an event that its author chooses. */
export type AccessEventInput = {
  [T in AccessEventType]: { readonly type: T; readonly position: number } & Readonly<Details[T]>;
}[AccessEventType];

/** An event as it travels. */
export interface SignedAccessEvent {
  readonly event: AccessEvent;
  /** Compact JWS by the device key. */
  readonly jws: string;
}

/** Signs a session's events in order: numbers without gaps, each naming the hash of the one before. */
export class AccessEventChain {
  readonly #device: DeviceKey;
  readonly #sid: SessionId;
  #eventSeq = 0;
  #prev = '';
  #tail: Promise<unknown> = Promise.resolve();

  constructor(device: DeviceKey, sid: SessionId) {
    this.#device = device;
    this.#sid = sid;
  }

  /** @param mono - milliseconds of a monotonic clock */
  sign(input: AccessEventInput, at: Date, mono: number): Promise<SignedAccessEvent> {
    return this.#inTurn(async () => {
      const signed = await this.#signNext(input, at, mono);
      this.#prev = await sha256Base64url(signed.jws);
      this.#eventSeq += 1;
      return signed;
    });
  }

  /** Signs what may come next without taking its place: the next `sign()` has the same number. */
  signAhead(input: AccessEventInput, at: Date, mono: number): Promise<SignedAccessEvent> {
    return this.#inTurn(() => this.#signNext(input, at, mono));
  }

  #inTurn(sign: () => Promise<SignedAccessEvent>): Promise<SignedAccessEvent> {
    const signed = this.#tail.then(sign);
    this.#tail = signed.catch(() => undefined);
    return signed;
  }

  async #signNext(input: AccessEventInput, at: Date, mono: number): Promise<SignedAccessEvent> {
    const event: AccessEvent = {
      v: 1,
      id: createEventId(at),
      sid: this.#sid,
      eventSeq: this.#eventSeq + 1,
      prev: this.#prev,
      at: at.toISOString(),
      mono,
      ...input,
    };
    const jws = await signCompact({ typ: ACCESS_EVENT_TYP }, JSON.stringify(event), this.#device.privateKey);
    return { event, jws };
  }
}

/**
 * Verifies one event with its session's device key.
 * @throws {SecureCallError} `request_invalid`
 */
export async function verifyAccessEvent(
  jws: string,
  deviceJwk: JWK,
  primitives: Primitives = webPrimitives,
): Promise<AccessEvent> {
  if (jws.length > MAX_TOKEN_BYTES) throw new SecureCallError('request_invalid', 'An event is too large.');
  if (!COMPACT_JWS.test(jws)) throw new SecureCallError('request_invalid', 'An event is malformed.');
  const text = await openCompact(jws, ACCESS_EVENT_TYP, deviceJwk, primitives);
  if (text === undefined)
    throw new SecureCallError('request_invalid', 'An event is not signed by this session.');
  const { type } = parseJson(v.looseObject({ type: v.picklist(eventTypes) }), text, 'event');
  // The entries were chosen by `type`, which the compiler cannot follow through the lookup.
  return parseJson(schemaOf(type), text, 'event') as AccessEvent;
}

const eventTypes = Object.keys(details) as AccessEventType[];
const schemas = new Map<AccessEventType, v.GenericSchema>();

/** Made when it is first needed: the browser verifies no events. */
function schemaOf(type: AccessEventType): v.GenericSchema {
  const schema = schemas.get(type) ?? v.strictObject({ ...common, ...details[type] });
  schemas.set(type, schema);
  return schema;
}

/** Payload of `POST /sessions/{sid}/events`: no proof, each event proves itself. */
export const eventsRequestSchema = v.strictObject({
  events: v.pipe(v.array(v.pipe(v.string(), v.maxLength(8192))), v.minLength(1), v.maxLength(256)),
});

export const eventsAnswerSchema = v.strictObject({ ack: v.number() });
