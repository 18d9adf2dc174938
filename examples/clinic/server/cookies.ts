/** The value of a request's cookie. */
export function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(/; */);
  return pairs.find(pair => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/**
 * A cookie that no script can read. Over https it belongs to this host name alone (`__Host-`); over plain http the browser
 * sends it to every port of the name, as it does with every cookie.
 */
export function cookieName(url: string, name: string): string {
  return url.startsWith('https:') ? `__Host-${name}` : name;
}

export function setCookie(url: string, name: string, value: string, sameSite: 'Lax' | 'Strict'): string {
  const secure = url.startsWith('https:') ? '; Secure' : '';
  return `${cookieName(url, name)}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${secure}`;
}
