import { cookieName, cookieOf, setCookie } from './cookies.ts';
import { hasPlayer } from './pages.ts';
import type { SignIns } from './sign-ins.ts';

const COOKIE = 'clinic';

export interface AppSignInOptions {
  readonly appUrl: string;
  readonly frameUrl: string;
  readonly signIns: SignIns;
}

/**
 * Signs the demo's person in when the page is visited, and hands that over to the player's frame by a redirect through its
 * origin. Script on the page never sees the code: redirects are the browser's alone. A real application does the same
 * behind its login page, or has the frame's origin sign people in itself.
 * @returns undefined for every other request
 */
export function answerSignIn(request: Request, options: AppSignInOptions): Response | undefined {
  const { appUrl, signIns } = options;
  const { pathname, search, searchParams } = new URL(request.url);
  if (!isVisit(request)) return undefined;
  const isSignedIn = signIns.hasAppSession(cookieOf(request, cookieName(appUrl, COOKIE)));
  if (pathname === '/signed-in')
    return isSignedIn ? onwards(appUrl, searchParams.get('to')) : cookiesNeeded();
  if (!hasPlayer(pathname) || isSignedIn) return undefined;
  const to = new URL('/sign-in', options.frameUrl);
  to.search = String(new URLSearchParams({ code: signIns.createHandOver(), to: pathname + search }));
  return redirect(to, setCookie(appUrl, COOKIE, signIns.startAppSession(), 'Lax'));
}

/** Someone comes to the page, rather than a script that asks for it. */
export function isVisit({ method, headers }: Request): boolean {
  const destination = headers.get('sec-fetch-dest');
  const wantsPage = headers.get('accept')?.includes('text/html') ?? false;
  return method === 'GET' && (destination === 'document' || (destination === null && wantsPage));
}

/** Back to where the person wanted to go, on this origin only. */
function onwards(appUrl: string, to: string | null): Response {
  const wanted = new URL(to ?? '/', appUrl);
  return redirect(wanted.origin === appUrl ? wanted : new URL('/', appUrl));
}

function redirect(to: URL, cookie?: string): Response {
  const headers = { location: to.href, ...(cookie === undefined ? {} : { 'set-cookie': cookie }) };
  return new Response(null, { status: 303, headers });
}

const cookiesNeeded = (): Response =>
  new Response(
    'This site needs cookies to know who listens. Allow them for this address, and open its first page again.',
    {
      status: 403,
      headers: { 'content-type': 'text/plain' },
    },
  );
