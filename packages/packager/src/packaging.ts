import { basename } from 'node:path';
import {
  type CallId,
  callIdSchema,
  nameSchema,
  parse,
  readKey,
  type RegistrationInput,
  SecureCallError,
  utf8,
} from '@secure-call/protocol';
import type { DataContent } from './data-track.ts';
import type { DecoderChoice } from './open-recording.ts';
import type { Recording } from './recording.ts';
import { readTranscript } from './transcript.ts';

export interface PackOptions {
  /** Path of the recording, in a format that `openRecording` reads. */
  readonly recording: string;
  /** @default 'auto' */
  readonly decoder?: DecoderChoice;
  /** Storage folder; the package becomes `{to}/{callId}/{packageId}/`. */
  readonly to: string;
  readonly tenant: string;
  /** The call, when it was packaged before. @default a new one */
  readonly callId?: CallId;
  /** Revision of the packaging: the call's current one plus 1. @default 1 */
  readonly rev?: number;
  /** Public archive keys; the private half of any one opens the call. */
  readonly recipients: RegistrationInput['recipients'];
  /** The packager's private key. */
  readonly signer: RegistrationInput['signer'];
  /** What the recorder knew, as a JSON object; kept encrypted, with the file's name and tags. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Path of a WebVTT file. */
  readonly transcript?: string;
  /** Who is on each channel. @default ['both'] for one channel, ['left', 'right'] for two */
  readonly channels?: readonly string[];
  /** Leaves the manifest signed beside the package, for players without a key service. @default false */
  readonly publishManifest?: boolean;
  /**
   * 2 puts the forensic watermark in: every segment in two variants, of which the key service leases each listener one.
   * @default 2, or 1 with `publishManifest`, as nobody would then allot variants
   */
  readonly variants?: 1 | 2;
  readonly signal?: AbortSignal;
  /** Called as encoding goes on, with seconds of the recording. */
  readonly onProgress?: (doneSeconds: number, totalSeconds: number) => void;
}

/** Options, checked, with the attachments read: what can be refused is refused before any work. */
export interface Packaging {
  readonly recording: Recording;
  readonly tenant: string;
  readonly callId: CallId | undefined;
  readonly rev: number;
  readonly recipients: RegistrationInput['recipients'];
  readonly signer: RegistrationInput['signer'];
  /** Transcript, where there is one, and details. */
  readonly attachments: readonly DataContent[];
  readonly roles: readonly string[];
  readonly publishManifest: boolean;
  readonly variants: 1 | 2;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: PackOptions['onProgress'];
}

/** @throws {SecureCallError} `configuration_invalid`, `key_invalid`, `attachment_invalid` */
export async function preparePackaging(options: PackOptions, recording: Recording): Promise<Packaging> {
  const { rev = 1, callId } = options;
  if (!Number.isInteger(rev) || rev < 1)
    throw new SecureCallError('configuration_invalid', 'A revision counts from 1.');
  if (options.recipients.length === 0)
    throw new SecureCallError('configuration_invalid', 'At least one archive key is needed to seal to.');
  return {
    recording,
    tenant: parse(nameSchema, options.tenant, 'tenant', 'configuration_invalid'),
    callId:
      callId === undefined ? undefined : parse(callIdSchema, callId, 'call id', 'configuration_invalid'),
    rev,
    recipients: options.recipients.map(key => readKey(key, 'archive', 'public')),
    signer: readKey(options.signer, 'packager', 'private'),
    attachments: await readAttachments(options, recording),
    roles: channelRoles(options, recording),
    publishManifest: options.publishManifest ?? false,
    variants: variantsOf(options),
    signal: options.signal,
    onProgress: options.onProgress,
  };
}

function variantsOf({ publishManifest = false, variants = publishManifest ? 1 : 2 }: PackOptions): 1 | 2 {
  if (publishManifest && variants === 2)
    throw new SecureCallError(
      'configuration_invalid',
      'Only a key service allots variants of the sound: publish the manifest of a package with one variant.',
    );
  return variants;
}

const DEFAULT_ROLES: readonly (readonly string[])[] = [[], ['both'], ['left', 'right']];

function channelRoles({ channels }: PackOptions, recording: Recording): readonly string[] {
  const roles = channels ?? DEFAULT_ROLES[recording.channels] ?? [];
  if (roles.length !== recording.channels)
    throw new SecureCallError(
      'configuration_invalid',
      recording.channels === 1
        ? 'The recording has 1 channel; name 1, e.g. both.'
        : `The recording has ${recording.channels} channels; name ${recording.channels}, e.g. caller,nurse.`,
    );
  return roles.map(role => parse(nameSchema, role, 'channel role', 'configuration_invalid'));
}

async function readAttachments(options: PackOptions, recording: Recording): Promise<DataContent[]> {
  const details = {
    ...options.details,
    sourceFile: { name: basename(options.recording), tags: recording.tags },
  };
  const attachments: DataContent[] = [{ name: 'details', bytes: utf8(JSON.stringify(details)) }];
  if (options.transcript === undefined) return attachments;
  const durationSeconds = recording.durationSamples / recording.sampleRateHz;
  return [
    { name: 'transcript', bytes: await readTranscript(options.transcript, durationSeconds) },
    ...attachments,
  ];
}
