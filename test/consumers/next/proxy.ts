import { type NextRequest, NextResponse } from 'next/server';

/** Next writes inline scripts, which a strict policy allows by a nonce. It does not run under Trusted Types. */
export function proxy(request: NextRequest) {
  const nonce = crypto.randomUUID();
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    'media-src blob:',
    "connect-src 'self' https://keys.region.example https://storage.region.example",
  ].join('; ');
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}
