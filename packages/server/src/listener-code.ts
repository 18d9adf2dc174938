import type { Manifest, Variant } from '@secure-call/protocol';
import { CodeBiases } from './code-biases.ts';
import { DRAW_RANGE, KeyedDraws } from './keyed-draws.ts';

/** Whose code it is; the same person, however many sessions they open. */
export interface CodeOwner {
  readonly iss: string;
  readonly sub: string;
}

/**
 * Which variant of each audio segment a listener gets: a pseudo-random bit per segment, the same in every session of
 * that person, because several sessions with different codes would hold both variants of nearly every segment.
 */
export class ListenerCode {
  readonly #draws: KeyedDraws;
  readonly #biases: CodeBiases;

  constructor(key: CryptoKey, manifest: Manifest, { iss, sub }: CodeOwner) {
    const { tenant, call, rev } = manifest;
    this.#draws = new KeyedDraws(key, tenant, call, String(rev), iss, sub);
    this.#biases = new CodeBiases(key, manifest);
  }

  /** @param index - of an audio segment, from 1 */
  async variantAt(index: number): Promise<Variant> {
    const [draw, bias] = await Promise.all([this.#draws.at(index), this.#biases.at(index)]);
    return draw < bias * DRAW_RANGE ? 1 : 2;
  }
}
