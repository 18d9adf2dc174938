import {
  type CallId,
  createCallId,
  createPackageId,
  type GrantInput,
  parseManifest,
  type Manifest,
  toBase64url,
  utf8,
} from '@secure-call/protocol';

/** JSON of a manifest that is acceptable as it stands; tests spoil one field each. */
export interface ManifestJson {
  [field: string]: unknown;
  tracks: Record<string, unknown>[];
  hashPages: unknown[];
}

const digest = toBase64url(new Uint8Array(32));

/** 2 s segments at 8 kHz: 10 media segments, an init segment and one piece of peaks. */
export function manifestJson(): ManifestJson {
  return {
    v: 1,
    tenant: 'region-x',
    call: createCallId(),
    rev: 1,
    packageId: createPackageId(),
    tracks: [
      {
        name: 'audio',
        object: 'audio.bin',
        codec: 'mp4a.40.2',
        sampleRateHz: 8000,
        channels: [{ role: 'caller' }],
        variants: 1,
        total: 11,
        slotBytes: 4096,
        segmentSamples: 16384,
        durationSamples: 160_000,
        primingSamples: 1024,
      },
      { name: 'peaks', object: 'peaks.bin', codec: 'peaks-u8-20', total: 2, slotBytes: 1024 },
    ],
    hashPages: [digest],
  };
}

export const manifestOf = (json: ManifestJson): Manifest => parseManifest(utf8(JSON.stringify(json)));

/** What a host states in a grant, without times. */
export function grantInput(jkt: string = digest, id: CallId = createCallId()): GrantInput {
  return {
    iss: 'https://ehr.example',
    aud: 'https://keys.example',
    sub: 'user-1',
    name: 'Anna Lind',
    role: 'nurse',
    cnf: { jkt },
    call: {
      id,
      patient: 'p-1',
      unit: { id: 'unit-1', name: 'Advice line' },
      purpose: 'TREAT',
      relation: 'care-team',
      maxSessionSeconds: 1800,
      maxRate: 2,
      watermark: { client: 'off' },
    },
  };
}
