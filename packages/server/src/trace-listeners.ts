import type { AudioTrack } from '@secure-call/protocol';
import { CHIP_SECONDS, FORENSIC_BANDS } from '@secure-call/watermark';
import { FALSE_POSITIVE_BOUND, isRead, matchCodes, type SegmentBit } from '@secure-call/watermark/detector';
import type { TraceCandidate, TraceMaterial } from './trace-material.ts';
import type { TracedListener } from './trace-report.ts';
import type { TracedPackaging } from './traced-packaging.ts';

/** What clips say of a packaging's segments, and who may have had them. */
export interface ReadPackaging {
  readonly packaging: TracedPackaging;
  /** One for each segment, over all clips. */
  readonly bits: readonly SegmentBit[];
  readonly material: TraceMaterial;
}

/**
 * Ranks everyone who had keys of the packagings by how well their codes fit, likeliest first. Where and at which speed the clips
 * lie was decided by chips that everyone has alike, without a look at a code: what shares the bound is every comparison of a
 * person's code with what was read, in all packagings together.
 */
export function rankListeners(read: readonly ReadPackaging[]): TracedListener[] {
  const comparisons = read.reduce((sum, { material }) => sum + material.candidates.length, 0);
  return read
    .flatMap(packaging => rankIn(packaging, comparisons))
    .sort((a, b) => a.falsePositiveBound - b.falsePositiveBound || b.score - a.score);
}

function rankIn({ packaging, bits, material }: ReadPackaging, comparisons: number): TracedListener[] {
  const { candidates, forensic } = material;
  if (!forensic || candidates.length === 0) return [];
  const codes = candidates.map(({ code }) => code);
  const alignments = comparisons / codes.length;
  return matchCodes(bits, codes, { biases: forensic.biases, alignments }).flatMap(match => {
    const { nats: score, falsePositiveBound, agreed, differing } = match;
    const candidate = candidates[match.candidate];
    const last = candidate?.sessions.at(-1);
    if (!candidate || !last) return [];
    const { iss, sub } = candidate;
    const { call, rev } = packaging.row;
    const named = falsePositiveBound <= FALSE_POSITIVE_BOUND;
    const who = { iss, sub, name: last.name, unit: last.unit, call, rev };
    return [
      {
        ...who,
        score,
        falsePositiveBound,
        named,
        agreed,
        differing,
        ...leasesOf(packaging, bits, candidate),
      },
    ];
  });
}

function leasesOf(
  { track }: TracedPackaging,
  bits: readonly SegmentBit[],
  { sessions }: TraceCandidate,
): Pick<TracedListener, 'seconds' | 'leasedSeconds' | 'leased'> {
  const leases = sessions.flatMap(({ segments }) => segments);
  const read = bits.filter(isRead);
  const held = read.filter(({ index }) => leases.some(([first, last]) => index >= first && index <= last));
  return {
    seconds: secondsOf(read, track),
    leasedSeconds: secondsOf(held, track),
    leased: read.length > 0 && held.length === read.length,
  };
}

/** Several clips may hold the same second of a recording. */
function secondsOf(bits: readonly SegmentBit[], { segmentSamples, sampleRateHz }: AudioTrack): number {
  const whole = segmentSamples / sampleRateHz;
  return bits.reduce(
    (sum, { chips }) => sum + Math.min(whole, (chips / FORENSIC_BANDS.length) * CHIP_SECONDS),
    0,
  );
}
