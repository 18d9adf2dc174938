import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packRecording } from '@secure-call/packager';
import { SecureCallError } from '@secure-call/protocol';
import { recordingsFolder } from './clinic-folders.ts';
import { type ClinicKeys, publicKey } from './clinic-keys.ts';
import { tenantId } from './demo-people.ts';
import { writeFileWhole } from './write-file-whole.ts';

interface Sample {
  /** Name of the files in examples/clinic/recordings, without their endings. */
  readonly recording: string;
  readonly transcript: boolean;
  readonly ownUnit: boolean;
  /** Pseudonym. */
  readonly patient: string;
  /** Instead of what the details say, where a recording stands for another call. */
  readonly instead?: Partial<Details>;
}

interface Details {
  readonly startedAt: string;
  readonly line: string;
  readonly answeredBy: string;
  readonly channels: readonly string[];
}

const samples: readonly Sample[] = [
  { recording: 'fever-call', transcript: true, ownUnit: true, patient: 'patient-1' },
  { recording: 'ankle-call', transcript: true, ownUnit: true, patient: 'patient-4' },
  { recording: 'phone-call', transcript: false, ownUnit: true, patient: 'patient-2' },
  {
    recording: 'phone-call',
    transcript: false,
    ownUnit: false,
    patient: 'patient-3',
    instead: { startedAt: '2026-11-21T11:20:00+01:00', answeredBy: 'Sara Nyman' },
  },
];

/** A packaged call, as the application remembers it. */
export interface ClinicCall {
  /** Opaque id. */
  readonly call: string;
  readonly startedAt: string;
  readonly line: string;
  readonly answeredBy: string;
  readonly durationSeconds: number;
  /** Whether the call belongs to the signed-in person's unit. */
  readonly ownUnit: boolean;
  readonly patient: string;
}

interface PackedCall extends ClinicCall {
  /** Of everything that was packed: another recording is packed anew. */
  readonly sourceSha256: string;
  readonly packageId: string;
  /** For the key service; sending it again changes nothing. */
  readonly registration: string;
}

export interface PackingPlaces {
  readonly dataFolder: string;
  readonly storageFolder: string;
  readonly keys: ClinicKeys;
  readonly log: (line: string) => void;
}

/** Packs the sample recordings that are not packed yet. */
export async function packSampleCalls(places: PackingPlaces): Promise<readonly PackedCall[]> {
  const path = join(places.dataFolder, 'calls.json');
  const stored = await readFile(path, 'utf8').catch(() => '[]');
  const known = JSON.parse(stored) as readonly PackedCall[];
  const packed: PackedCall[] = [];
  for (const [place, sample] of samples.entries()) {
    const sourceSha256 = await hashOfSource(sample);
    const before = known.find(call => call.sourceSha256 === sourceSha256 && isStored(call, places));
    if (!before) places.log(`Packing call ${place + 1} of ${samples.length}…`);
    packed.push(before ?? (await packSample(sample, sourceSha256, places)));
  }
  await writeFileWhole(path, JSON.stringify(packed), 0o600);
  return packed;
}

const isStored = ({ call, packageId }: PackedCall, { storageFolder }: PackingPlaces): boolean =>
  existsSync(join(storageFolder, call, packageId));

const sourceFile = ({ recording }: Sample, ending: string): string =>
  join(recordingsFolder, `${recording}.${ending}`);

async function hashOfSource(sample: Sample): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(sample));
  for (const ending of ['wav', 'json', ...(sample.transcript ? ['vtt'] : [])])
    hash.update(await readFile(sourceFile(sample, ending)));
  return hash.digest('base64url');
}

async function packSample(
  sample: Sample,
  sourceSha256: string,
  { storageFolder, keys }: PackingPlaces,
): Promise<PackedCall> {
  const written = JSON.parse(await readFile(sourceFile(sample, 'json'), 'utf8')) as Details;
  const details = { ...written, ...sample.instead };
  const result = await packRecording({
    recording: sourceFile(sample, 'wav'),
    to: storageFolder,
    tenant: tenantId,
    recipients: [publicKey(keys.archive, 'archive')],
    signer: keys.packager,
    details,
    channels: details.channels,
    ...(sample.transcript ? { transcript: sourceFile(sample, 'vtt') } : {}),
  });
  const { startedAt, line, answeredBy } = details;
  const { callId: call, packageId, registration, durationSeconds } = result;
  const { ownUnit, patient } = sample;
  return {
    call,
    startedAt,
    line,
    answeredBy,
    durationSeconds,
    ownUnit,
    patient,
    sourceSha256,
    packageId,
    registration,
  };
}

/** Tells the key service of the packed calls, as a packager does. */
export async function registerCalls(calls: readonly PackedCall[], serviceUrl: string): Promise<void> {
  for (const { registration } of calls) {
    const response = await fetch(`${serviceUrl}/registrations`, { method: 'POST', body: registration });
    await response.body?.cancel();
    if (response.ok) continue;
    throw new SecureCallError(
      'registration_refused',
      'The key service does not take the sample calls. Delete the example’s data folder and start again.',
    );
  }
}
