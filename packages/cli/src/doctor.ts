import { parseArgs } from 'node:util';
import { SecureCallError } from '@secure-call/protocol';
import { type Command, UsageError } from './command.ts';
import { asking, type Ask, type Finding, runProbes } from './doctor-probe.ts';
import { serviceProbes } from './doctor-service.ts';
import { storageProbes } from './doctor-storage.ts';
import { transportProbes } from './doctor-transport.ts';

/** `secure-call doctor URL` */
export const doctor: Command = {
  name: 'doctor',
  summary: 'Look at a deployment as a stranger would',
  help: `Usage: secure-call doctor URL [--object URL] [--json]

Tries on a deployment what a stranger would and what a player needs: TLS,
headers, CORS, clock, keys, what should not be public; of the storage whether it
can be listed, whether parts can be read, and whether they are sealed. It has no
login, and does nothing that is recorded. Exit code 1 when a check fails.

  URL           the service's "publicUrl"
  --object URL  an object of a package, e.g. https://.../CALL/PACKAGE/audio.bin
  --json        print the result as JSON
`,
  async run(args, { stdout, signal }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { object: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [url, ...others] = positionals;
    if (url === undefined || others.length > 0) throw new UsageError('Name the address of one key service.');
    const deployment = {
      service: plainUrl(url),
      object: values.object ? plainUrl(values.object) : undefined,
    };
    const findings = await examine(deployment, asking(fetch, signal));
    stdout.write(values.json ? `${JSON.stringify({ checks: findings })}\n` : table(findings));
    return findings.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
  },
};

export interface Deployment {
  readonly service: URL;
  /** An object of a package in its storage. */
  readonly object: URL | undefined;
}

/** @param now - milliseconds since the epoch, with which the service's clock is compared */
export async function examine(
  { service, object }: Deployment,
  ask: Ask,
  now: () => number = Date.now,
): Promise<Finding[]> {
  const target = { url: service.href.replace(/\/+$/, ''), now };
  const ofService = await runProbes([...transportProbes, ...serviceProbes], ask, target);
  const ofStorage = object
    ? await runProbes(storageProbes, ask, { object })
    : [
        {
          check: 'storage',
          outcome: 'skipped',
          words: 'Name one of its objects with --object URL.',
        } as const,
      ];
  return [...ofService, ...ofStorage];
}

function plainUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash)
    return url;
  throw new SecureCallError('configuration_invalid', 'An address is not a plain http or https URL.');
}

function table(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(
    ({ check, outcome, words }) =>
      `${(outcome === 'failed' ? 'FAILED' : outcome).padEnd(7)}  ${check.padEnd(width)}  ${words}`,
  );
  return `${lines.join('\n')}\n`;
}
