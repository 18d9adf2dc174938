import { parseArgs } from 'node:util';
import { SecureCallError } from '@secure-call/protocol';
import { type Command, required, UsageError } from './command.ts';
import { asking, type Finding, runProbes } from './doctor-probe.ts';
import { revocationProbes, type RevocationTarget, type RevocationTrial } from './doctor-revocation.ts';
import { serviceProbes } from './doctor-service.ts';
import { storageProbes } from './doctor-storage.ts';
import { transportProbes } from './doctor-transport.ts';
import { readKeyFile } from './key-files.ts';

/** `secure-call doctor URL` */
export const doctor: Command = {
  name: 'doctor',
  summary: 'Look at a deployment as a stranger would',
  help: `Usage: secure-call doctor URL [--object URL] [--json]
                          [--test-call CALL --iss URL --issuer-key FILE]

Tries on a deployment what a stranger would and what a player needs: TLS,
headers, CORS, clock, keys, what should not be public; of the storage whether it
can be listed, whether parts can be read, and whether they are sealed. It has no
login, and does nothing that is recorded, unless it is given a call to open:
then it opens that, revokes the session and tells how long a player hears it
after that, all of which is recorded. Exit code 1 when a check fails.

  URL           the service's "publicUrl"
  --object URL  an object of a package, e.g. https://.../CALL/PACKAGE/audio.bin
  --json        print the result as JSON

  --test-call CALL   a call without a real person in it. The token of a privacy
                     officer ("secure-call token") stands in SECURE_CALL_TOKEN
  --iss URL          the issuer that the service trusts for grants
  --issuer-key FILE  its private key
`,
  async run(args, { stdout, signal }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        object: { type: 'string' },
        json: { type: 'boolean' },
        'test-call': { type: 'string' },
        iss: { type: 'string' },
        'issuer-key': { type: 'string' },
      },
    });
    const [url, ...others] = positionals;
    if (url === undefined || others.length > 0) throw new UsageError('Name the address of one key service.');
    const deployment = {
      service: plainUrl(url),
      object: values.object ? plainUrl(values.object) : undefined,
      trial: values['test-call'] === undefined ? undefined : await trialOf(values['test-call'], values),
    };
    const findings = await examine(deployment, fetch, signal);
    stdout.write(values.json ? `${JSON.stringify({ checks: findings })}\n` : table(findings));
    return findings.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
  },
};

export interface Deployment {
  readonly service: URL;
  /** An object of a package in its storage. */
  readonly object: URL | undefined;
  /** With which the time to revoke is measured. */
  readonly trial?: RevocationTrial | undefined;
}

async function trialOf(
  call: string,
  values: { readonly iss?: string | undefined; readonly 'issuer-key'?: string | undefined },
): Promise<RevocationTrial> {
  return {
    call,
    iss: required(values.iss, '--iss URL'),
    issuerKey: await readKeyFile(required(values['issuer-key'], '--issuer-key FILE'), 'issuer', 'private'),
    revokerToken: required(process.env['SECURE_CALL_TOKEN'], 'SECURE_CALL_TOKEN').trim(),
  };
}

/**
 * @param fetch - brings a request to the deployment
 * @param now - milliseconds since the epoch, with which the service's clock is compared
 */
export async function examine(
  { service, object, trial }: Deployment,
  fetch: RevocationTarget['fetch'],
  signal: AbortSignal,
  now: () => number = Date.now,
): Promise<Finding[]> {
  const ask = asking(fetch, signal);
  const target = { url: service.href.replace(/\/+$/, ''), now, trial, fetch, signal };
  const ofService = await runProbes<RevocationTarget>(
    [...transportProbes, ...serviceProbes, ...revocationProbes],
    ask,
    target,
  );
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
