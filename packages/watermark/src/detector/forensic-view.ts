import { BAND_COUNT, FORENSIC_BANDS } from '../tile-grid.ts';
import { HOP_SECONDS } from './band-energies.ts';
import type { ChipNetwork } from './chip-network.ts';
import { type ChipRatios, chipRatios } from './chip-ratios.ts';
import { type Distortion, UNDISTORTED, undistortedSums } from './front-end.ts';

/** What a clip says of the forensic mark before any seed is known, under one supposed distortion. */
export interface ForensicView {
  readonly distortion: Distortion;
  /** Time between two rows, in seconds of the recording before it was distorted. */
  readonly rowSeconds: number;
  readonly rowCount: number;
  /**
   * `rowCount * FORENSIC_BANDS.length` log-likelihood ratios, the bands of one row side by side: of a chip that would begin
   * there, for its being +1.
   */
  readonly values: Float32Array;
}

/**
 * Looks at a clip in the forensic bands.
 * @param samples - one channel
 * @param sampleRateHz - of `samples`
 * @param rowStep - rows of energies (4 ms) between two rows of the result: 1, 2 or 3
 */
export function viewForensic(
  samples: Float32Array,
  sampleRateHz: number,
  network: ChipNetwork,
  distortion: Distortion = UNDISTORTED,
  rowStep = 1,
): ForensicView {
  const sums = undistortedSums(samples, sampleRateHz, distortion);
  const phases = chipRatios(sums, network, FORENSIC_BANDS, distortion.tempo, rowStep);
  return { distortion, rowSeconds: rowStep * HOP_SECONDS, ...inRows(phases) };
}

/** Chips of phase p begin at rows p, p + P, p + 2 P, where P is the number of phases. */
function inRows(phases: readonly ChipRatios[]): Pick<ForensicView, 'rowCount' | 'values'> {
  const shortest = Math.min(...phases.map(({ chipCount }) => chipCount));
  const rowCount = shortest * phases.length;
  const values = new Float32Array(rowCount * FORENSIC_BANDS.length);
  for (let row = 0, at = 0; row < rowCount; row += 1) {
    const { values: ratios } = phases[row % phases.length] as ChipRatios;
    const chip = Math.floor(row / phases.length) * BAND_COUNT;
    for (const band of FORENSIC_BANDS) values[at++] = ratios[chip + band] as number;
  }
  return { rowCount, values };
}
