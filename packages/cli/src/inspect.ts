import { parseArgs } from 'node:util';
import { inspectPackage, type InspectOptions, type PackageInspection } from '@secure-call/packager';
import { type Command, UsageError } from './command.ts';
import { describeError } from './describe-error.ts';
import { readKeyFile } from './key-files.ts';
import { readRegistrationFile } from './registration-file.ts';
import type { Terminal } from './terminal.ts';

/** `secure-call inspect FOLDER...` */
export const inspect: Command = {
  name: 'inspect',
  summary: 'Show what a package tells, and check it',
  help: `Usage: secure-call inspect FOLDER... [OPTIONS]

Shows what anyone who reads the storage can know of a package: names and sizes.
With the registration its hashes are checked too, and with the archive's private
key every part is opened. Exit code 1 when something is wrong with any of them.

  --registration FILE  what "secure-call pack --register FILE" wrote, for a
                       single package
  --packager-key FILE  public key of the packager; needed with --registration
  --archive-key FILE   private key of the archive
  --json               print one JSON object per package
`,
  async run(args, terminal) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        registration: { type: 'string' },
        'packager-key': { type: 'string' },
        'archive-key': { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (positionals.length === 0) throw new UsageError('Name the folder of a package.');
    if (positionals.length > 1 && values.registration !== undefined)
      throw new UsageError('--registration goes with a single package.');
    const options = await readOptions(values);
    const report = { options, asJson: values.json ?? false, isOneOfSeveral: positionals.length > 1 };
    let isSound = true;
    for (const folder of positionals) isSound = (await reportOn(folder, report, terminal)) && isSound;
    return isSound ? 0 : 1;
  },
};

interface Report {
  readonly options: InspectOptions;
  readonly asJson: boolean;
  readonly isOneOfSeveral: boolean;
}

/** @returns whether nothing is wrong with the package; one of several that cannot be read does not stop the others */
async function reportOn(folder: string, report: Report, { stdout, stderr }: Terminal): Promise<boolean> {
  try {
    const inspection = await inspectPackage(folder, report.options);
    if (report.asJson) stdout.write(`${JSON.stringify({ folder, ...inspection })}\n`);
    else stdout.write(`${report.isOneOfSeveral ? `${folder}\n` : ''}${describeInspection(inspection)}`);
    return inspection.problems.length === 0;
  } catch (error) {
    if (!report.isOneOfSeveral) throw error;
    stderr.write(`${folder}: ${describeError(error)}\n`);
    return false;
  }
}

interface InspectValues {
  readonly registration?: string | undefined;
  readonly 'packager-key'?: string | undefined;
  readonly 'archive-key'?: string | undefined;
}

async function readOptions(values: InspectValues): Promise<InspectOptions> {
  const { registration, 'packager-key': packagerKey, 'archive-key': archiveKey } = values;
  if (registration === undefined) {
    if (packagerKey ?? archiveKey) throw new UsageError('Keys are of use only with --registration FILE.');
    return {};
  }
  if (packagerKey === undefined) throw new UsageError('--registration FILE needs --packager-key FILE.');
  return {
    registration: await readRegistrationFile(registration),
    packagerKey: await readKeyFile(packagerKey, 'packager', 'public'),
    ...(archiveKey === undefined ? {} : { archiveKey: await readKeyFile(archiveKey, 'archive', 'private') }),
  };
}

function describeInspection({ objects, registered, problems }: PackageInspection): string {
  const lines = ['What anyone who reads the storage can know:'];
  for (const { name, bytes, content } of objects)
    lines.push(`  ${name.padEnd(16)}${String(bytes).padStart(12)} bytes  ${WORDS[content]}`);
  if (registered) {
    const { tenant, rev, durationSeconds, channels, variants, tracks, checked } = registered;
    lines.push('', 'What the registration tells:');
    lines.push(
      `  tenant ${tenant}, revision ${rev}, ${durationSeconds.toFixed(1)} s, channels: ${channels.join(', ')}`,
    );
    lines.push(
      variants === 2
        ? '  The sound is in two variants: it carries the forensic watermark.'
        : '  The sound is not marked.',
    );
    for (const { name, codec, slots } of tracks) lines.push(`  ${name} (${codec}), ${slots} slot(s)`);
    lines.push(
      checked === 'hashes'
        ? '  Every slot has its registered hash.'
        : '  Every slot has its registered hash and opens.',
    );
  }
  if (problems.length > 0) lines.push('', 'Problems:', ...problems.map(problem => `  ${problem}`));
  return `${lines.join('\n')}\n`;
}

const WORDS = {
  random: 'looks random',
  'not-random': 'DOES NOT LOOK ENCRYPTED',
  'too-short-to-say': 'too short to judge',
} as const;
