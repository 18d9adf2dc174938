import { SecureCallError } from '@secure-call/protocol';
import type { Neighbours } from './app-headers.ts';
import { cookieName, cookieOf, setCookie } from './cookies.ts';
import { frameHeaders } from './frame-headers.ts';
import { answerGrant } from './grant-answer.ts';
import type { GrantDesk } from './grants.ts';
import type { Handler } from './origin.ts';
import { answerFile, type PageFiles, readFrameFiles } from './page-files.ts';
import { refuse } from './app-handler.ts';
import type { SignIns } from './sign-ins.ts';

const COOKIE = 'player';

export interface FrameOptions extends Neighbours {
  readonly frameUrl: string;
  /** Known once the application listens. */
  readonly appUrl: () => string;
  readonly grantDesk: GrantDesk;
  readonly signIns: SignIns;
}

/** The origin of the player's frame: its page, its sign-in, and the only place that issues grants. */
export function createFrameHandler(options: FrameOptions): Handler {
  const { frameUrl, appUrl } = options;
  let files: PageFiles | undefined;
  return async request => {
    files ??= readFrameFiles({ hosts: appUrl(), service: options.serviceUrl });
    const response = await answer(request, options, files).catch(refuse);
    for (const [name, value] of Object.entries(frameHeaders(appUrl(), options)))
      response.headers.set(name, value);
    return request.headers.get('host') === new URL(frameUrl).host
      ? response
      : new Response(null, { status: 421 });
  };
}

async function answer(request: Request, options: FrameOptions, files: PageFiles): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const file = answerFile(request, files);
  if (file) return file;
  switch (`${request.method} ${pathname}`) {
    case 'GET /sign-in':
      return takeOver(request, options, searchParams);
    case 'POST /grants':
      return giveGrant(request, options);
    default:
      throw new SecureCallError('not_found', 'There is nothing at this address.');
  }
}

/** Takes a sign-in over from the application, once, and only as a page that someone visits. */
function takeOver(
  request: Request,
  { frameUrl, appUrl, signIns }: FrameOptions,
  query: URLSearchParams,
): Response {
  const destination = request.headers.get('sec-fetch-dest') ?? 'document';
  const session = destination === 'document' ? signIns.redeem(query.get('code') ?? '') : undefined;
  if (session === undefined)
    throw new SecureCallError('not_permitted', 'This sign-in is used up or unknown.');
  const back = new URL('/signed-in', appUrl());
  back.searchParams.set('to', query.get('to') ?? '/');
  const cookie = setCookie(frameUrl, COOKIE, session, 'Strict');
  return new Response(null, { status: 303, headers: { location: back.href, 'set-cookie': cookie } });
}

/** Only the frame's own page, and only with the frame's own cookie. The application's page has neither. */
async function giveGrant(
  request: Request,
  { frameUrl, grantDesk, signIns }: FrameOptions,
): Promise<Response> {
  const session = cookieOf(request, cookieName(frameUrl, COOKIE));
  if (!signIns.hasFrameSession(session)) return new Response(null, { status: 401 });
  return answerGrant(request, frameUrl, grantDesk);
}
