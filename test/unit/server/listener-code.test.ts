import { createHmac } from 'node:crypto';
import { createCallId, createPackageId, type Manifest, parseManifest, utf8 } from '@secure-call/protocol';
import { describe, expect, test } from 'vitest';
import { CodeBiases } from '../../../packages/server/src/code-biases.ts';
import { ListenerCode } from '../../../packages/server/src/listener-code.ts';
import { deriveServiceSecrets } from '../../../packages/server/src/service-secrets.ts';

const SEGMENTS = 4000;
const secretOf = (byte: number) => deriveServiceSecrets(new Uint8Array(32).fill(byte));
const { code: key } = await secretOf(1);

/** Segments of 2 s. */
function manifestOf(
  seconds: number,
  more: Partial<Pick<Manifest, 'call' | 'rev' | 'tenant'>> = {},
): Manifest {
  const durationSamples = seconds * 8000;
  const total = Math.ceil(durationSamples / 16000) + 1;
  return parseManifest(
    utf8(
      JSON.stringify({
        v: 1,
        tenant: 'region-x',
        call: CALL,
        rev: 1,
        packageId: createPackageId(),
        ...more,
        tracks: [
          {
            name: 'audio',
            object: 'audio.bin',
            codec: 'mp4a.40.2',
            sampleRateHz: 8000,
            channels: [{ role: 'both' }],
            variants: 2,
            total,
            slotBytes: 2048,
            segmentSamples: 16000,
            durationSamples,
            primingSamples: 0,
          },
        ],
        hashPages: Array.from({ length: Math.ceil((total * 32) / 8192) }, () => 'A'.repeat(43)),
      }),
    ),
  );
}

const CALL = createCallId();
const short = manifestOf(900);
const long = manifestOf(2 * SEGMENTS);
const nurse = { iss: 'https://ehr.example', sub: 'nurse-1' };

const indexes = Array.from({ length: SEGMENTS }, (_, place) => place + 1);
const biasesOf = (manifest: Manifest, of = key): Promise<number[]> => {
  const biases = new CodeBiases(of, manifest);
  return Promise.all(indexes.map(index => biases.at(index)));
};
const codeOf = (manifest: Manifest, owner = nurse, of = key): Promise<number[]> => {
  const code = new ListenerCode(of, manifest, owner);
  return Promise.all(indexes.map(index => code.variantAt(index)));
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('codes and biases are those of a plain reading of the rule', async () => {
  // Secrets are not extractable: a key of known bytes stands in for the derived one.
  const bytes = Buffer.alloc(32, 7);
  const known = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const draw = (fields: readonly string[], place: number): number => {
    const hmac = createHmac('sha256', bytes);
    for (const field of [...fields, String(Math.floor(place / 16))]) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(Buffer.byteLength(field));
      hmac.update(length).update(field);
    }
    return hmac.digest().readUInt16BE(2 * (place % 16));
  };
  const cut = Math.asin(Math.sqrt(0.05));
  const expected = indexes.slice(0, 100).map(index => {
    const share = (draw(['bias', 'region-x', CALL, '1'], index) + 0.5) / 65536;
    const bias = Math.sin(cut + share * (Math.PI / 2 - 2 * cut)) ** 2;
    return {
      bias,
      variant: draw(['region-x', CALL, '1', nurse.iss, nurse.sub], index) < bias * 65536 ? 1 : 2,
    };
  });
  expect((await biasesOf(long, known)).slice(0, 100)).toEqual(expected.map(({ bias }) => bias));
  expect((await codeOf(long, nurse, known)).slice(0, 100)).toEqual(expected.map(({ variant }) => variant));
});

describe('biases', () => {
  test('are even up to a quarter of an hour', async () => {
    expect(new Set(await biasesOf(short))).toEqual(new Set([0.5]));
    expect(new Set(await biasesOf(manifestOf(901)))).not.toEqual(new Set([0.5]));
  });

  test('are drawn from the arcsine density between 5 and 95 %', async () => {
    const biases = await biasesOf(long);
    expect(Math.min(...biases)).toBeGreaterThanOrEqual(0.05);
    expect(Math.max(...biases)).toBeLessThanOrEqual(0.95);
    // Of the angle, which is spread evenly, a quarter of the draws lie in each quarter; five deviations are 3.4 %.
    const cut = Math.asin(Math.sqrt(0.05));
    const quarters = new Float64Array(4);
    for (const bias of biases) {
      const share = (Math.asin(Math.sqrt(bias)) - cut) / (Math.PI / 2 - 2 * cut);
      const quarter = Math.min(3, Math.floor(4 * share));
      quarters[quarter] = (quarters[quarter] ?? 0) + 1;
    }
    for (const count of quarters) expect(Math.abs(count / SEGMENTS - 0.25)).toBeLessThan(0.034);
  });

  test('are others for another secret, call, packaging and tenant', async () => {
    const here = await biasesOf(long);
    const { code: otherKey } = await secretOf(2);
    expect(await biasesOf(long, otherKey)).not.toEqual(here);
    for (const other of [{ call: createCallId() }, { rev: 2 }, { tenant: 'region-y' }])
      expect(await biasesOf(manifestOf(2 * SEGMENTS, other))).not.toEqual(here);
  });
});

describe('a listener’s code', () => {
  test.each([
    ['short', short],
    ['long', long],
  ])('has variant A as often as the biases say: a %s recording', async (_, manifest) => {
    const [biases, code] = await Promise.all([biasesOf(manifest), codeOf(manifest)]);
    const surplus = code.map((variant, place) => (variant === 1 ? 1 : 0) - (biases[place] ?? 0));
    // Five standard deviations of 4000 draws.
    expect(Math.abs(mean(surplus))).toBeLessThan(0.04);
    // And in the segments where A is rare.
    const rare = surplus.filter((_value, place) => (biases[place] ?? 0) < 0.2);
    if (manifest === long) expect(Math.abs(mean(rare))).toBeLessThan(0.05);
  });

  test('is another for every person, issuer, call, packaging, tenant and secret', async () => {
    const here = await codeOf(short);
    expect(await codeOf(short)).toEqual(here);
    const { code: otherKey } = await secretOf(2);
    const others = await Promise.all([
      codeOf(short, { ...nurse, sub: 'nurse-2' }),
      codeOf(short, { ...nurse, iss: 'https://other.example' }),
      codeOf(manifestOf(900, { call: createCallId() })),
      codeOf(manifestOf(900, { rev: 2 })),
      codeOf(manifestOf(900, { tenant: 'region-y' })),
      codeOf(short, nurse, otherKey),
    ]);
    for (const other of others) {
      const same = other.filter((variant, place) => variant === here[place]).length / SEGMENTS;
      expect(Math.abs(same - 0.5)).toBeLessThan(0.04);
    }
  });
});
