import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  type DecoderChoice,
  packRecording,
  type PackOptions,
  type PackResult,
  removeAbandonedPackages,
} from '@secure-call/packager';
import { callIdSchema, parse, SecureCallError } from '@secure-call/protocol';
import { type Command, required, UsageError } from './command.ts';
import { type Delivery, deliverRegistration, type RegistrationRoute } from './deliver-registration.ts';
import { describeError } from './describe-error.ts';
import { readKeyFile } from './key-files.ts';
import { isServiceUrl } from './key-service.ts';
import { fileTarget, registrationTarget, takesSeveral } from './registration-target.ts';
import { ProgressLine, type Terminal } from './terminal.ts';

/** `secure-call pack RECORDING... --to FOLDER --register URL|FILE ...` */
export const pack: Command = {
  name: 'pack',
  summary: 'Encrypt recordings into packages and register them',
  help: `Usage: secure-call pack RECORDING... --to FOLDER --register URL|FILE
                        --tenant NAME --archive-key FILE --packager-key FILE
                        [OPTIONS]

Turns recordings into encrypted packages below FOLDER, which may be readable for
anyone, and registers each with the key service. A package appears complete or
not at all. WAV, MP3 and Ogg Opus are read as they are; with ffmpeg and ffprobe
on the PATH also M4A, AMR, Ogg Vorbis and Speex, FLAC, WebM, GSM 6.10 and more.

  --to FOLDER          storage
  --register URL|FILE  key service, or a file (with several recordings a folder)
                       for "secure-call register"
  --tenant NAME        whose calls these are
  --archive-key FILE   public key that call keys are sealed to; may be repeated
  --packager-key FILE  private key that signs the registration

  --channels A,B       who is on each channel, for example caller,nurse
  --transcript FILE    WebVTT, for a single recording
  --details FILE       JSON object with what the recorder knew, likewise
  --call ID --rev N    package a call again, likewise
  --decoder NAME       embedded, ffmpeg, or auto (the default)
  --publish-manifest   leave the manifest signed beside the package, for players
                       without a key service; implies --variants 1
  --variants N         2 (the default) marks the sound, so that a copy tells who
                       had it; 1 leaves it as it is and stores half as much
  --json               print one JSON object per recording
`,
  async run(args, terminal) {
    const job = await readJob(args, terminal);
    await job.route.register.prepare(job.options.recipients);
    await job.route.keep?.prepare(job.options.recipients);
    await removeAbandonedPackages(job.options.to);
    let failures = 0;
    for (const [index, recording] of job.recordings.entries()) {
      const label = `recording ${index + 1} of ${job.recordings.length}`;
      try {
        const packed = await packOne(job, recording, label, terminal);
        terminal.stdout.write(job.asJson ? asJson(packed) : describe(packed));
        if (packed.unanswered === undefined) continue;
        failures += 1;
        terminal.stderr.write(`${label}: ${adviseUnanswered(packed, job.target)}\n`);
      } catch (error) {
        if (terminal.signal.aborted) throw error;
        failures += 1;
        terminal.stderr.write(`${label}: ${describeError(error)}\n`);
      }
    }
    return failures === 0 ? 0 : 1;
  },
};

const DECODERS: readonly DecoderChoice[] = ['auto', 'embedded', 'ffmpeg'];

interface Job {
  readonly recordings: readonly string[];
  readonly options: Omit<PackOptions, 'recording'>;
  readonly route: RegistrationRoute;
  readonly target: string;
  readonly asJson: boolean;
}

async function readJob(args: readonly string[], { signal }: Terminal): Promise<Job> {
  const { values, positionals } = parseArguments(args);
  if (positionals.length === 0) throw new UsageError('Name at least one recording.');
  const singles = [values.transcript, values.details, values.call, values.rev];
  if (positionals.length > 1 && singles.some(value => value !== undefined))
    throw new UsageError('--transcript, --details, --call and --rev go with a single recording.');
  const target = required(values.register, '--register URL|FILE');
  const several = positionals.length > 1;
  if (several && !(await takesSeveral(target)))
    throw new UsageError('With several recordings, --register names a URL or a folder that exists.');
  return {
    recordings: positionals,
    options: await readOptions(values, signal),
    route: {
      register: await registrationTarget(target, signal),
      keep: await readKeep(values, target, several),
    },
    target,
    asJson: values.json ?? false,
  };
}

async function readKeep(
  { 'keep-registration': path }: Values,
  target: string,
  several: boolean,
): Promise<RegistrationRoute['keep']> {
  if (path === undefined) return undefined;
  if (!isServiceUrl(target))
    throw new UsageError('--keep-registration goes with a URL: --register FILE keeps it already.');
  if (isServiceUrl(path) || (several && !(await takesSeveral(path))))
    throw new UsageError('--keep-registration names a file; with several recordings a folder that exists.');
  return fileTarget(path);
}

type Values = ReturnType<typeof parseArguments>['values'];

// The return type is what `parseArgs` infers from the table of options.
function parseArguments(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      register: { type: 'string' },
      'keep-registration': { type: 'string' },
      tenant: { type: 'string' },
      'archive-key': { type: 'string', multiple: true },
      'packager-key': { type: 'string' },
      channels: { type: 'string' },
      transcript: { type: 'string' },
      details: { type: 'string' },
      call: { type: 'string' },
      rev: { type: 'string' },
      decoder: { type: 'string' },
      'publish-manifest': { type: 'boolean' },
      variants: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
}

async function readOptions(values: Values, signal: AbortSignal): Promise<Job['options']> {
  const archiveKeys = values['archive-key'] ?? [];
  if (archiveKeys.length === 0) throw new UsageError('--archive-key FILE is needed.');
  const packagerKey = required(values['packager-key'], '--packager-key FILE');
  return {
    to: required(values.to, '--to FOLDER'),
    tenant: required(values.tenant, '--tenant NAME'),
    recipients: await Promise.all(archiveKeys.map(path => readKeyFile(path, 'archive', 'public'))),
    signer: await readKeyFile(packagerKey, 'packager', 'private'),
    signal,
    decoder: readDecoder(values.decoder ?? 'auto'),
    publishManifest: values['publish-manifest'] ?? false,
    ...(values.variants === undefined ? {} : { variants: readVariants(values.variants) }),
    ...(values.channels === undefined ? {} : { channels: values.channels.split(',') }),
    ...(values.transcript === undefined ? {} : { transcript: values.transcript }),
    ...(values.details === undefined ? {} : { details: await readDetails(values.details) }),
    ...(values.call === undefined
      ? {}
      : { callId: parse(callIdSchema, values.call, 'call id', 'configuration_invalid') }),
    ...(values.rev === undefined ? {} : { rev: Number(values.rev) }),
  };
}

function readDecoder(name: string): DecoderChoice {
  const decoder = DECODERS.find(candidate => candidate === name);
  if (decoder) return decoder;
  throw new UsageError(`--decoder is one of ${DECODERS.join(', ')}.`);
}

function readVariants(text: string): 1 | 2 {
  if (text === '1') return 1;
  if (text === '2') return 2;
  throw new UsageError('--variants is 1 or 2.');
}

async function readDetails(path: string): Promise<Record<string, unknown>> {
  let details: unknown;
  try {
    details = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    throw new SecureCallError('attachment_invalid', 'The details cannot be read, or are not JSON.');
  }
  if (typeof details !== 'object' || details === null || Array.isArray(details))
    throw new SecureCallError('attachment_invalid', 'The details are not a JSON object.');
  return { ...details };
}

type Packed = PackResult & Delivery;

async function packOne(job: Job, recording: string, label: string, terminal: Terminal): Promise<Packed> {
  const progress = new ProgressLine(terminal);
  const onProgress = (done: number, total: number): void =>
    progress.show(`${label}: ${Math.round((done / total) * 100)} %`);
  try {
    const result = await packRecording({ ...job.options, recording, onProgress });
    return { ...result, ...(await deliverRegistration(job.route, result)) };
  } finally {
    progress.clear();
  }
}

const asJson = ({ callId, packageId, durationSeconds, registration }: Packed): string =>
  `${JSON.stringify({ callId, packageId, durationSeconds, registration })}\n`;

function describe({ callId, packageId, durationSeconds, registration }: Packed): string {
  const where = isServiceUrl(registration)
    ? `Registered with ${registration}.`
    : `Registration written to ${registration}; send it with "secure-call register".`;
  return `Packed ${durationSeconds.toFixed(1)} s as call ${callId}, package ${packageId}.\n${where}\n`;
}

const adviseUnanswered = ({ unanswered, registration }: Packed, target: string): string =>
  `${unanswered} The package is kept. Register it with: secure-call register ${registration} ${target}`;
