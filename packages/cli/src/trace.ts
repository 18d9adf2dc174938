import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { SecureCallError } from '@secure-call/protocol';
import { openStore, traceCopy, type TraceClip, type TraceReport } from '@secure-call/server';
import { type Command, required, UsageError } from './command.ts';
import { decodeFile } from './decode-recording.ts';
import { describeTrace } from './describe-trace.ts';
import { readServeConfig, type ServeConfig, tenantOf } from './serve-config.ts';
import { ProgressLine, type Terminal } from './terminal.ts';

/** `secure-call trace LEAK... --config FILE` */
export const trace: Command = {
  name: 'trace',
  summary: 'Tell whose copy leaked sound is',
  help: `Usage: secure-call trace LEAK... --config FILE [OPTIONS]

Tells which listener's copy the sound in LEAK is: any file that "secure-call
pack" reads, or several that come from the same copy. It works on the machine of
the key service, with its configuration and database, also while that runs, and
also for recordings that were erased.

  --config FILE  of "secure-call serve"
  --call ID      the recording it is of, where that is known; may be repeated.
                 Otherwise all are tried, which takes longer
  --tenant NAME  whose recordings; needed when the service has several tenants
  --json         print the report as JSON

A person is named only if whoever had nothing to do with the copy would fit it
as well in one of a thousand million such searches at most. This takes a minute
and a half of sound among a thousand listeners; several pieces add up.

Exit code 0: somebody is named. 1: nobody is. 2: the search failed.
`,
  failureCode: 2,
  async run(args, terminal) {
    const { values, positionals } = parseArguments(args);
    if (positionals.length === 0) throw new UsageError('Name at least one file with leaked sound.');
    const config = await readServeConfig(required(values.config, '--config FILE'), process.env);
    const tenant = tenantOf(config, values.tenant);
    const clips = await readClips(positionals, terminal.signal);
    const report = await search(config, { tenant, calls: values.call, clips }, terminal);
    terminal.stdout.write(values.json ? `${JSON.stringify(report)}\n` : describeTrace(report));
    return report.found ? 0 : 1;
  },
};

// The return type is what `parseArgs` infers from the table of options.
function parseArguments(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      call: { type: 'string', multiple: true },
      tenant: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
}

async function readClips(paths: readonly string[], signal: AbortSignal): Promise<TraceClip[]> {
  const clips: TraceClip[] = [];
  for (const path of paths) clips.push({ name: basename(path), ...(await decodeFile(path, signal)) });
  return clips;
}

async function search(
  { service, store: location }: ServeConfig,
  what: {
    readonly tenant: string;
    readonly calls: readonly string[] | undefined;
    readonly clips: TraceClip[];
  },
  terminal: Terminal,
): Promise<TraceReport> {
  if ('path' in location) await assertDatabase(location.path);
  const progress = new ProgressLine(terminal);
  const store = await openStore(location);
  try {
    return await traceCopy(
      { ...service, store },
      {
        ...what,
        signal: terminal.signal,
        onProgress: ({ step, share }) => progress.show(`${STEPS[step]}: ${Math.floor(share * 100)} %`),
      },
    );
  } finally {
    progress.clear();
    await store.close();
  }
}

const STEPS = {
  recording: 'looking for the recording',
  sessions: 'looking for sessions’ marks',
} as const;

/** Opening one that is not there would make it, and find nobody in it. */
async function assertDatabase(path: string): Promise<void> {
  await access(path).catch((cause: unknown) => {
    throw new SecureCallError('configuration_invalid', 'database: there is no such file.', { cause });
  });
}
