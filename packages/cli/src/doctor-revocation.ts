import {
  createGrant,
  generateDeviceKey,
  generateEcdhKey,
  type KeyPair,
  parse,
  parseJson,
  proveRequest,
  pushMessageSchema,
  sessionAnswerSchema,
} from '@secure-call/protocol';
import { failed, ok, type Probe, skipped, type Verdict, warning } from './doctor-probe.ts';
import type { ServiceTarget } from './doctor-transport.ts';

/** Who may open one call for the test, and who may end it. What is done with them stands in the record. */
export interface RevocationTrial {
  readonly call: string;
  readonly iss: string;
  readonly issuerKey: KeyPair['privateJwk'];
  /** A role token of a privacy officer. */
  readonly revokerToken: string;
}

export interface RevocationTarget extends ServiceTarget {
  /** Absent: it is not tried. */
  readonly trial: RevocationTrial | undefined;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly signal: AbortSignal;
}

/** The guarantee: silence within a second. */
const BAR_MS = 1000;
/** A player that hears nothing for longer takes its stream for lost. */
const PATIENCE_MS = 10_000;

/** How long it takes until a player knows that its session is revoked. */
export const revocationProbes: readonly Probe<RevocationTarget>[] = [
  {
    check: 'time to revoke',
    run(_, { trial, ...target }) {
      return trial
        ? timeToRevoke({ ...target, trial })
        : Promise.resolve(skipped('Name a call and who may open and end it; see --test-call.'));
    },
  },
];

type Trial = RevocationTarget & { readonly trial: RevocationTrial };

async function timeToRevoke(target: Trial): Promise<Verdict> {
  const opened = await openSession(target);
  if ('outcome' in opened) return opened;
  const lines = linesOf(opened.stream);
  const ended = AbortSignal.timeout(PATIENCE_MS);
  ended.addEventListener('abort', () => void lines.return(undefined));
  if ((await first(lines, 'epoch', ended)) === undefined)
    return failed('Nothing came from the stream of a session. Let nothing in front hold answers back.');
  const since = performance.now();
  const revoked = await post(
    target,
    '/revocations',
    JSON.stringify({ session: opened.sid, reason: 'doctor' }),
    {
      authorization: `Bearer ${target.trial.revokerToken}`,
      'content-type': 'application/json',
    },
  );
  if (!revoked.ok)
    return failed(`The revocation was refused with ${revoked.status}. Look at the role token.`);
  if ((await first(lines, 'revoked', ended)) === undefined)
    return failed('A revoked session was not told so. Let nothing in front hold the stream back.');
  const took = Math.round(performance.now() - since);
  await lines.return(undefined);
  if (took > BAR_MS) return warning(`A player knows after ${took} ms; it should be ${BAR_MS} at most.`);
  return ok(`A player knows after ${took} ms.`);
}

interface Opened {
  readonly sid: string;
  readonly stream: ReadableStream<Uint8Array>;
}

/** Opens a session as a browser does, and listens to its end. */
async function openSession(target: Trial): Promise<Opened | Verdict> {
  const { url, trial } = target;
  const [device, ecdh] = await Promise.all([generateDeviceKey(), generateEcdhKey()]);
  const grant = await createGrant(grantFor(trial, url, device.jkt), trial.issuerKey);
  const payload = JSON.stringify({ grant, ecdh: ecdh.publicPoint });
  const opening = await post(
    target,
    '/sessions',
    await proveRequest(device, { htu: `${url}/sessions`, payload, grant }),
  );
  if (!opening.ok)
    return failed(`The test call was not opened (${opening.status}). Look at call, issuer and its key.`);
  const { session: sid, nonce } = parse(sessionAnswerSchema, await opening.json(), 'session answer');
  const path = `/sessions/${sid}/stream`;
  const listening = await post(
    target,
    path,
    await proveRequest(device, { htu: url + path, payload: '{}', nonce }),
  );
  if (listening.ok && listening.body) return { sid, stream: listening.body };
  return failed(`The stream of a session was refused with ${listening.status}.`);
}

function grantFor(
  { call, iss }: RevocationTrial,
  aud: string,
  jkt: string,
): Parameters<typeof createGrant>[0] {
  return {
    iss,
    aud,
    sub: 'secure-call-doctor',
    name: 'secure-call doctor',
    role: 'operator',
    cnf: { jkt },
    call: {
      id: call,
      patient: 'secure-call-doctor',
      unit: { id: 'operations', name: 'Operations' },
      purpose: 'HSYSADMIN',
      relation: 'none',
      note: 'time to revoke',
      maxSessionSeconds: 60,
      maxRate: 1,
      watermark: { client: 'required' },
    },
  };
}

function post(
  { url, fetch, signal }: RevocationTarget,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'text/plain' },
): Promise<Response> {
  const init = { method: 'POST', body, headers, redirect: 'error' } as const;
  return fetch(
    new Request(url + path, {
      ...init,
      signal: AbortSignal.any([signal, AbortSignal.timeout(2 * PATIENCE_MS)]),
    }),
  );
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of stream.pipeThrough(
    new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>,
  )) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** The next line of a type. @returns undefined when there is none in time */
async function first(
  lines: AsyncGenerator<string, void, undefined>,
  type: 'epoch' | 'revoked',
  ended: AbortSignal,
): Promise<string | undefined> {
  const late = new Promise<undefined>(resolve => ended.addEventListener('abort', () => resolve(undefined)));
  for (;;) {
    const next = await Promise.race([lines.next(), late]);
    if (next === undefined || next.done) return undefined;
    if (parseJson(pushMessageSchema, next.value, 'line').type === type) return next.value;
  }
}
