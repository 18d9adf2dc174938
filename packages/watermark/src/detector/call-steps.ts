import { BAND_COUNT, FORENSIC_BANDS } from '../tile-grid.ts';
import type { CallPattern } from './call-pattern.ts';
import type { ForensicView } from './forensic-view.ts';

/** Rows that share one place: four chips. */
export const STEP_ROWS = 48;

const BANDS = FORENSIC_BANDS.length;

/** How well the sound of one step fits each place. */
export interface StepFit {
  /** Sums of ratios with the signs of the chips that both variants share. */
  readonly common: Float64Array;
  /** With those that variant A has; negative for B. */
  readonly varying: Float64Array;
  /** 1 where a segment begins within the step. */
  readonly begins: Uint8Array;
}

/** A clip beside a stretch of a call: step by step how well it fits when it begins at any row of the stretch. */
export class CallSteps {
  /** Steps of the clip. */
  readonly count: number;
  /** Places that are compared: rows of the stretch at which the clip may begin. */
  readonly places: number;
  readonly #view: ForensicView;
  readonly #rows: readonly number[];
  readonly #common: Int8Array;
  readonly #varying: Int8Array;
  readonly #starts: readonly number[];
  readonly #fit: StepFit;

  /**
   * @param fromSeconds - of the call: the first place
   * @param toSeconds - the last place
   */
  constructor(view: ForensicView, pattern: CallPattern, fromSeconds: number, toSeconds: number) {
    const { rowSeconds, rowCount } = view;
    this.#view = view;
    this.count = Math.floor(rowCount / STEP_ROWS);
    this.places = Math.max(1, Math.ceil((toSeconds - fromSeconds) / rowSeconds));
    const chips = chipsBetween(pattern, fromSeconds, toSeconds + rowCount * rowSeconds);
    this.#rows = chips.map(({ seconds }) => Math.round((seconds - fromSeconds) / rowSeconds));
    this.#common = Int8Array.from(chips.flatMap(({ common }) => [...common]));
    this.#varying = Int8Array.from(chips.flatMap(({ varying }) => [...varying]));
    this.#starts = this.#rows.filter((_, chip) => chips[chip]?.isFirst);
    this.#fit = {
      common: new Float64Array(this.places),
      varying: new Float64Array(this.places),
      begins: new Uint8Array(this.places),
    };
  }

  /** @returns the same arrays for every step */
  at(step: number): StepFit {
    const { common, varying, begins } = this.#fit;
    const first = step * STEP_ROWS;
    common.fill(0);
    varying.fill(0);
    begins.fill(0);
    this.#rows.forEach((row, chip) => {
      // The chip lies in row `row - place` of the clip.
      const from = Math.max(0, row - first - STEP_ROWS + 1);
      const to = Math.min(this.places - 1, row - first);
      for (let place = from; place <= to; place += 1) this.#addChip(chip, row - place, place);
    });
    for (const row of this.#starts)
      begins.fill(1, Math.max(0, row - first - STEP_ROWS + 1), Math.max(0, row - first + 1));
    return this.#fit;
  }

  #addChip(chip: number, row: number, place: number): void {
    const { common, varying } = this.#fit;
    const { values } = this.#view;
    let alike = 0;
    let apart = 0;
    for (let band = 0; band < BANDS; band += 1) {
      const ratio = values[row * BANDS + band] as number;
      alike += ratio * (this.#common[chip * BANDS + band] as number);
      apart += ratio * (this.#varying[chip * BANDS + band] as number);
    }
    common[place] = (common[place] as number) + alike;
    varying[place] = (varying[place] as number) + apart;
  }
}

interface PlacedChip {
  readonly seconds: number;
  /** Whether its segment begins with it. */
  readonly isFirst: boolean;
  readonly common: Int8Array;
  readonly varying: Int8Array;
}

function chipsBetween(pattern: CallPattern, fromSeconds: number, toSeconds: number): PlacedChip[] {
  const { first, last } = pattern.segmentsBetween(fromSeconds, toSeconds);
  const chips: PlacedChip[] = [];
  for (let index = first; index <= last; index += 1) {
    const { chipCount, common, varying } = pattern.segment(index);
    const bandsOf = (signs: Int8Array, chip: number): Int8Array =>
      Int8Array.from(FORENSIC_BANDS, band => signs[chip * BAND_COUNT + band] as number);
    for (let chip = 0; chip < chipCount; chip += 1)
      chips.push({
        seconds: pattern.chipSeconds(index, chip),
        isFirst: chip === 0,
        common: bandsOf(common, chip),
        varying: bandsOf(varying, chip),
      });
  }
  return chips;
}
