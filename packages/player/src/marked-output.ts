import type { OutputReport } from '@secure-call/watermark';
import type { OutputGate } from './output-gate.ts';

/** What one report of the guard opens the gate for. The guard itself is quicker; this is for a guard that tells nothing. */
const PROOF_SECONDS = 1;
/** How far the marker's count may fall behind the guard's. */
const MAX_BEHIND_SECONDS = 0.25;
/** Longer than the time between two reports and what the page's view of the audio clock lags behind it. */
const SPAN_SECONDS = 0.5;
/** So often in a row no news is bad news; a page that was busy finds reports waiting when it asks again. */
const MAX_UNHEARD_CHECKS = 3;

/** The two nodes of the watermark's worklet. */
export interface WatermarkNodes {
  readonly marker: AudioWorkletNode;
  readonly guard: AudioWorkletNode;
}

/** Sound that has to carry the mark: opens the gate only while the guard tells that it does. */
export class MarkedOutput {
  readonly #gate: OutputGate;
  readonly #context: BaseAudioContext;
  readonly #lost: () => void;
  #heardAt = 0;
  #unheardChecks = 0;
  #isLost = false;

  /** @param lost - called once, when sound comes out unmarked or not at all */
  constructor(gate: OutputGate, { marker, guard }: WatermarkNodes, lost: () => void) {
    this.#gate = gate;
    this.#context = guard.context;
    this.#lost = lost;
    this.#heardAt = this.#context.currentTime;
    gate.prove(0);
    guard.port.onmessage = ({ data }: MessageEvent<OutputReport>) => this.#take(data);
    for (const node of [marker, guard]) node.onprocessorerror = () => this.#lose();
  }

  /** Call it now and then while sound is due: a guard that fell silent cannot tell so. */
  check(): void {
    const isOverdue = this.#context.currentTime - this.#heardAt > PROOF_SECONDS;
    this.#unheardChecks = isOverdue ? this.#unheardChecks + 1 : 0;
    if (this.#unheardChecks >= MAX_UNHEARD_CHECKS) this.#lose();
  }

  #take(report: OutputReport): void {
    if (this.#isLost) return;
    if (this.#isUnmarked(report)) return this.#lose();
    this.#heardAt = this.#context.currentTime;
    this.#unheardChecks = 0;
    this.#gate.prove(PROOF_SECONDS);
  }

  #isUnmarked({ seconds, frames, markedFrames, isForeign, isMissing }: OutputReport): boolean {
    const behindSeconds = (frames - markedFrames) / this.#context.sampleRate;
    const wasOpen = this.#gate.wasOpen(seconds - SPAN_SECONDS, seconds);
    return isForeign || behindSeconds > MAX_BEHIND_SECONDS || (isMissing && wasOpen);
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#gate.prove(0);
    this.#lost();
  }
}
