import { audioTrack, durationSeconds, type Manifest } from '@secure-call/protocol';
import { DRAW_RANGE, KeyedDraws } from './keyed-draws.ts';

/** In longer recordings several listeners may have segments enough to mix a copy that is nobody's. */
const TARDOS_SECONDS = 15 * 60;

/** No bias lies nearer to 0 or 1: a bit that nearly everyone has says too much of the few who have the other. */
const CUT_OFF = 0.05;
const FIRST_ANGLE = Math.asin(Math.sqrt(CUT_OFF));

const EVEN = 0.5;

/**
 * How likely a listener is to get variant A of each segment: even in short recordings, and drawn from the symmetric arcsine
 * density between `CUT_OFF` and `1 - CUT_OFF` in long ones, which is what makes codes stand against several listeners who
 * mix their copies (Tardos 2003; symmetric as by Skoric and others 2008). Nobody but the service can know the biases.
 */
export class CodeBiases {
  readonly #draws: KeyedDraws | undefined;

  /** @param key - of the listeners' codes */
  constructor(key: CryptoKey, manifest: Manifest) {
    const { tenant, call, rev } = manifest;
    const isLong = durationSeconds(audioTrack(manifest)) > TARDOS_SECONDS;
    this.#draws = isLong ? new KeyedDraws(key, 'bias', tenant, call, String(rev)) : undefined;
  }

  /** @param index - of an audio segment, from 1 */
  async at(index: number): Promise<number> {
    if (!this.#draws) return EVEN;
    const share = ((await this.#draws.at(index)) + 0.5) / DRAW_RANGE;
    const angle = FIRST_ANGLE + share * (Math.PI / 2 - 2 * FIRST_ANGLE);
    return Math.sin(angle) ** 2;
  }
}
