import { type Answer, failed, lists, ok, PAGE_ORIGIN, type Probe, textOf, warning } from './doctor-probe.ts';
import type { ServiceTarget } from './doctor-transport.ts';

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** What the service gives to players and to strangers. */
export const serviceProbes: readonly Probe<ServiceTarget>[] = [
  {
    check: 'cors',
    async run(ask, { url }) {
      const preflight = await ask(`${url}/sessions`, {
        method: 'OPTIONS',
        headers: { origin: PAGE_ORIGIN, 'access-control-request-method': 'POST' },
      });
      if (!preflight.status.toString().startsWith('2') || !isOpen(preflight))
        return failed('A preflight is not answered. Let OPTIONS through to the service.');
      // Without a proof this is refused, in words that pages may read.
      const refused = await ask(`${url}/sessions`, {
        method: 'POST',
        headers: { origin: PAGE_ORIGIN },
        body: '{}',
      });
      if (!isOpen(refused) || refused.headers.has('access-control-allow-credentials'))
        return failed(
          'Pages may not read the answers. Let nothing in front change the headers access-control-*.',
        );
      if (lists(refused, 'access-control-expose-headers', 'dpop-nonce'))
        return ok('Players on any page can ask.');
      return failed('Players do not see their nonce: access-control-expose-headers lacks dpop-nonce.');
    },
  },
  {
    check: 'public keys',
    async run(ask, { url }) {
      const answer = await ask(`${url}/.well-known/jwks.json`);
      const keys = answer.status === 200 ? keysIn(textOf(answer)) : [];
      if (keys.length === 0)
        return failed('/.well-known/jwks.json has no keys. Let the proxy pass the path on.');
      if (keys.some(key => PRIVATE_MEMBERS.some(name => name in key)))
        return failed('/.well-known/jwks.json SHOWS PRIVATE KEYS. Take it off, and replace every key in it.');
      return ok('They can be read, and nothing private with them.');
    },
  },
  {
    check: 'access record',
    async run(ask, { url }) {
      const { status } = await ask(`${url}/audit/records`);
      if (status === 401 || status === 403 || status === 404) return ok('Nobody reads it without a token.');
      return failed(
        `GET /audit/records answers a stranger with ${status}. Take it off the network until you know why.`,
      );
    },
  },
  {
    check: 'readiness',
    async run(ask, { url }) {
      const { status } = await ask(`${url}/readyz`);
      if (status === 200)
        return warning(
          'Anyone may ask /readyz, which writes. Let only balancers and packagers through to it.',
        );
      if (status === 503)
        return failed('The service is not ready: its store cannot commit, or it is about to stop.');
      return ok('/readyz is not public.');
    },
  },
  {
    check: 'metrics',
    async run(ask, { url }) {
      for (const address of [`${url}/metrics`, `${new URL(url).origin}/metrics`]) {
        const answer = await ask(address);
        if (answer.status === 200 && /^# (?:HELP|TYPE) /m.test(textOf(answer)))
          return failed('/metrics is public. Keep its listener away from the proxy.');
      }
      return ok('/metrics is not public.');
    },
  },
];

const isOpen = ({ headers }: Answer): boolean =>
  [PAGE_ORIGIN, '*'].includes(headers.get('access-control-allow-origin') ?? '');

/** The members of a JWK set (RFC 7517 section 5) that are objects; none when it is no such set. */
function keysIn(text: string): readonly object[] {
  try {
    const data: unknown = JSON.parse(text);
    const keys = typeof data === 'object' && data !== null && 'keys' in data ? data.keys : [];
    const list: readonly unknown[] = Array.isArray(keys) ? keys : [];
    return list.filter((key): key is object => typeof key === 'object' && key !== null);
  } catch {
    return [];
  }
}
