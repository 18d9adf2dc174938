import { isReachable } from '@secure-call/server';
import { failed, ok, type Probe, skipped } from './doctor-probe.ts';

/** A key service, seen from outside. */
export interface ServiceTarget {
  /** Its public URL without a slash at the end. */
  readonly url: string;
  /** Milliseconds since the epoch, by this machine. */
  readonly now: () => number;
}

/** A grant's clock may be this far ahead; `Date` has whole seconds. */
const MAX_CLOCK_SECONDS = 5 + 1;
const MIN_HSTS_SECONDS = 180 * 24 * 3600;
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** How the service is reached, whatever it answers. */
export const transportProbes: readonly Probe<ServiceTarget>[] = [
  {
    check: 'tls',
    async run(ask, { url }) {
      const { status } = await ask(`${url}/healthz`);
      if (status !== 200)
        return failed(`GET /healthz answers ${status}. Is this the publicUrl of the service?`);
      if (isTls(url)) return ok('It answers by https, with a certificate that is trusted here.');
      if (isReachable(new URL(url))) return skipped('It is on this machine, where players need no https.');
      return failed('Grants and keys go over the network unprotected. Put a proxy with TLS in front.');
    },
  },
  {
    check: 'plain http',
    async run(ask, { url }) {
      if (!isTls(url)) return skipped('The address is not https.');
      const { hostname, pathname } = new URL(url);
      const answer = await ask(`http://${hostname}${pathname}/healthz`).catch(() => undefined);
      if (!answer) return ok('Nothing answers by http.');
      const location = answer.headers.get('location') ?? '';
      if (answer.status >= 400 || location.startsWith('https://'))
        return ok('http is refused or led to https.');
      return failed('The service answers by http too. Redirect it to https, or close port 80.');
    },
  },
  {
    check: 'hsts',
    async run(ask, { url }) {
      if (!isTls(url)) return skipped('The address is not https.');
      const { headers } = await ask(`${url}/healthz`);
      const [, seconds = '0'] = /max-age="?(\d+)/.exec(headers.get('strict-transport-security') ?? '') ?? [];
      if (Number(seconds) >= MIN_HSTS_SECONDS) return ok('Browsers remember to use https.');
      return failed(
        'Strict-Transport-Security is missing or short. The service sends it; let it through the proxy.',
      );
    },
  },
  {
    check: 'headers',
    async run(ask, { url }) {
      const { headers } = await ask(`${url}/.well-known/jwks.json`);
      const wrong = Object.entries(SECURITY_HEADERS).filter(
        ([name, value]) => !(headers.get(name) ?? '').includes(value),
      );
      if (wrong.length === 0) return ok('Nothing is cached, framed, sniffed or told to other sites.');
      const names = wrong.map(([name]) => name).join(', ');
      return failed(`Not as the service sends them: ${names}. Let the proxy pass its headers on unchanged.`);
    },
  },
  {
    check: 'clock',
    async run(ask, { url, now }) {
      const date = Date.parse((await ask(`${url}/healthz`)).headers.get('date') ?? '');
      if (Number.isNaN(date)) return skipped('The answers have no Date.');
      const seconds = Math.round((date - now()) / 1000);
      if (Math.abs(seconds) <= MAX_CLOCK_SECONDS) return ok('It agrees with this machine.');
      const words = `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine`;
      return failed(`The service is ${words}. Grants live 60 s: keep every clock with NTP.`);
    },
  },
];

const isTls = (url: string): boolean => new URL(url).protocol === 'https:';
