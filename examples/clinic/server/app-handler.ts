import { parse, SecureCallError, sessionIdSchema } from '@secure-call/protocol';
import * as v from 'valibot';
import { appHeaders, type AppNeighbours } from './app-headers.ts';
import { answerSignIn, isVisit } from './app-sign-in.ts';
import { reviewer, signedIn } from './demo-people.ts';
import type { GrantDesk } from './grants.ts';
import { assertOwnPage, assertPosted, readJson } from './json-request.ts';
import type { Handler } from './origin.ts';
import { answerFile, notFoundPage, type PageFiles, readPageFiles } from './page-files.ts';
import type { PatientDesk } from './patient-desk.ts';
import type { RecordDesk } from './record-desk.ts';
import { type ReviewDesk, reviewRequestSchema } from './review-desk.ts';
import { makeSampleAccesses } from './sample-accesses.ts';
import type { ClinicCall } from './sample-calls.ts';
import { makeSampleLeak, sampleLeakSchema } from './sample-leak.ts';
import type { SignIns } from './sign-ins.ts';
import type { TraceDesk } from './trace-desk.ts';

export interface AppOptions extends AppNeighbours {
  readonly appUrl: string;
  /** Where the player runs in a frame: who is signed in, to be handed over to it. */
  readonly signIns?: SignIns;
  readonly grantDesk: GrantDesk;
  readonly recordDesk: RecordDesk;
  readonly traceDesk: TraceDesk;
  readonly patientDesk: PatientDesk;
  readonly reviewDesk: ReviewDesk;
}

const endingSchema = v.strictObject({ session: sessionIdSchema });
const ofCallSchema = v.strictObject({ call: v.pipe(v.string(), v.maxLength(64)) });
const recordQuerySchema = v.strictObject({
  session: sessionIdSchema,
  after: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
});

/** The clinical application: its page, its list of calls, and what only its backend may say to the key service. */
export function createAppHandler(options: AppOptions): Handler {
  const files = readPageFiles();
  return async request => {
    const response =
      elsewhere(request, options) ??
      signIn(request, options) ??
      (await answer(request, options, files).catch(refuse));
    const headers = appHeaders(options, new URL(request.url).pathname);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  };
}

/**
 * Under any other name than its own the application only says where it is: its page works there alone, and a foreign
 * name that was pointed at this machine reaches nothing.
 */
function elsewhere({ headers, url }: Request, { appUrl }: AppOptions): Response | undefined {
  if (headers.get('host') === new URL(appUrl).host) return undefined;
  const { pathname, search } = new URL(url);
  return new Response(null, { status: 307, headers: { location: `${appUrl}${pathname}${search}` } });
}

function signIn(request: Request, { appUrl, frameUrl, signIns }: AppOptions): Response | undefined {
  return frameUrl && signIns ? answerSignIn(request, { appUrl, frameUrl, signIns }) : undefined;
}

async function answer(request: Request, options: AppOptions, files: PageFiles): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const file = answerFile(request, files);
  if (file) return file;
  switch (`${request.method} ${pathname}`) {
    case 'GET /calls.json':
      return Response.json(callList(options));
    case 'GET /record': {
      assertOwnPage(request);
      const { session, after } = parse(recordQuerySchema, Object.fromEntries(searchParams), 'query');
      return options.recordDesk.follow(session, after, request.signal);
    }
    case 'POST /session-endings': {
      const { session } = await readJson(request, options.appUrl, endingSchema);
      await options.recordDesk.endSession(session);
      return new Response(null, { status: 204 });
    }
    case 'POST /sample-leak': {
      const asked = await readJson(request, options.appUrl, sampleLeakSchema);
      const leak = await makeSampleLeak(options.grantDesk, asked);
      return new Response(leak, { headers: { 'content-type': 'audio/mp4' } });
    }
    case 'POST /traces':
      assertPosted(request, options.appUrl);
      return options.traceDesk.trace(request);
    case 'GET /accesses.json': {
      assertOwnPage(request);
      const { call } = parse(ofCallSchema, Object.fromEntries(searchParams), 'query');
      return Response.json({ accesses: await options.patientDesk.accesses(knownCall(options, call)) });
    }
    case 'GET /reviews.json':
      assertOwnPage(request);
      return Response.json(await options.reviewDesk.page());
    case 'POST /reviews':
      await options.reviewDesk.review(await readJson(request, options.appUrl, reviewRequestSchema));
      return new Response(null, { status: 204 });
    case 'POST /sample-accesses': {
      const { call } = await readJson(request, options.appUrl, ofCallSchema);
      await makeSampleAccesses(options.grantDesk, knownCall(options, call).call);
      return new Response(null, { status: 204 });
    }
    default:
      if (isVisit(request)) return notFoundPage();
      throw new SecureCallError('not_found', 'There is nothing at this address.');
  }
}

function knownCall({ grantDesk }: AppOptions, wanted: string): ClinicCall {
  const known = grantDesk.calls.find(({ call }) => call === wanted);
  if (known) return known;
  throw new SecureCallError('call_unknown', 'There is no such call.');
}

/** What the application knows of its calls. Names and times live here; the storage has none of them. */
function callList({ grantDesk, serviceUrl, storageUrl, frameUrl }: AppOptions): unknown {
  return {
    service: serviceUrl,
    ...(frameUrl === undefined ? {} : { frame: frameUrl }),
    storage: storageUrl,
    signedIn: { name: signedIn.name, unit: signedIn.unit.name },
    reviewer: reviewer.name,
    calls: grantDesk.calls.map(({ call, startedAt, line, answeredBy, durationSeconds, ownUnit }) => ({
      call,
      startedAt,
      line,
      answeredBy,
      durationSeconds,
      ownUnit,
    })),
  };
}

const statuses: Readonly<Partial<Record<SecureCallError['code'], number>>> = {
  call_unknown: 404,
  not_found: 404,
  not_permitted: 403,
  request_invalid: 400,
  service_unreachable: 503,
};

/** RFC 9457 problem details. What is not a refusal in words is a failure, of which nothing is told. */
export function refuse(cause: unknown): Response {
  const refusal = cause instanceof SecureCallError ? cause : undefined;
  const status = refusal && statuses[refusal.code];
  const problem =
    refusal && status !== undefined
      ? { title: refusal.message, status, code: refusal.code }
      : { title: 'The application failed.', status: 500, code: 'failed' };
  return Response.json(problem, {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
