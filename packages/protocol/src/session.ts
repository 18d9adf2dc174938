import * as v from 'valibot';
import { callIdSchema, digestSchema, nameSchema, sessionIdSchema } from './identifiers.ts';
import { ecdhPointSchema, leaseSchema } from './lease.ts';

/** Payload of `POST /sessions`. */
export const sessionRequestSchema = v.strictObject({
  grant: v.pipe(v.string(), v.maxLength(8192)),
  /** The device's ephemeral ECDH point. */
  ecdh: ecdhPointSchema,
});
export type SessionRequest = v.InferOutput<typeof sessionRequestSchema>;

const positive = v.pipe(v.number(), v.minValue(0));

export const sessionAnswerSchema = v.strictObject({
  session: sessionIdSchema,
  policy: v.strictObject({
    /** Length of a lease window, in seconds of the recording. */
    windowSeconds: v.pipe(v.number(), v.minValue(1), v.maxValue(120)),
    /** How many windows may be unlocked ahead of what is played. */
    ahead: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8)),
    maxRate: positive,
    /** Milliseconds since the epoch, by the service's clock. */
    expiresAt: v.number(),
    purpose: nameSchema,
    /** Seconds of the recording that may be heard; everything where absent. */
    ranges: v.exactOptional(v.array(v.strictTuple([positive, positive]))),
  }),
  watermark: v.strictObject({
    /** 32-bit id of the real-time watermark. */
    id: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff)),
    key: digestSchema,
    required: v.boolean(),
    visible: v.strictObject({ name: nameSchema, unit: nameSchema }),
  }),
  /** Where the package lies; ends with a slash. */
  media: v.strictObject({ base: v.pipe(v.string(), v.url()) }),
  tenant: nameSchema,
  call: callIdSchema,
  /** Base64url of the manifest's exact bytes. */
  manifest: v.string(),
  /** Page 0 of hashes.bin. */
  firstHashes: v.string(),
  /** The service's ECDH point. */
  epk: ecdhPointSchema,
  lease: leaseSchema,
  nonce: nameSchema,
  /** Milliseconds since the epoch. */
  serverTime: v.number(),
});
export type SessionAnswer = v.InferOutput<typeof sessionAnswerSchema>;

/** One line of `POST /sessions/{sid}/stream` (NDJSON). `epoch` comes at least every 5 s. */
export const pushMessageSchema = v.pipe(
  v.strictObject({
    type: v.picklist(['epoch', 'revoked', 'expired', 'erased']),
    /** With `epoch`: how often someone has revoked. */
    epoch: v.exactOptional(v.number()),
    serverTime: v.number(),
  }),
  v.check(({ type, epoch }) => (type === 'epoch') === (epoch !== undefined), 'epoch'),
);
export type PushMessage = v.InferOutput<typeof pushMessageSchema>;

/** Payload of proven requests that carry nothing of their own (`/stream`). */
export const emptyPayloadSchema = v.strictObject({});
