import type { PlayerState } from '@secure-call/player';
import type { Deployment } from '../support/deployment.ts';
import { until } from '../support/until.ts';
import type { Comparison } from '../e2e/page/sound-comparison.ts';
import type { Engine, EnginePage } from './engine-page.ts';

/** A person at the test page in any engine, with ears. */
export class EngineListener {
  readonly page: EnginePage;
  readonly #deployment: Deployment;

  private constructor(page: EnginePage, deployment: Deployment) {
    this.page = page;
    this.#deployment = deployment;
  }

  static async at(engine: Engine, deployment: Deployment): Promise<EngineListener> {
    const listener = new EngineListener(await engine.openPage(), deployment);
    await listener.page.goto(deployment.page.url);
    const ready = (): Promise<boolean> => listener.page.evaluate(() => 'harness' in window, undefined);
    await until(ready, 30_000, () => 'the test page');
    return listener;
  }

  /** @returns the code of the refusal, or undefined */
  async open(place: number): Promise<string | undefined> {
    const callId = this.#deployment.packages[place]?.callId ?? '';
    return this.openCall(callId);
  }

  async openCall(callId: string): Promise<string | undefined> {
    const call = { call: callId, service: this.#deployment.service.url };
    const refusal = await this.page.evaluate(c => window.harness.open(c), call);
    return refusal?.code;
  }

  async play(): Promise<void> {
    await this.page.evaluate(() => window.harness.player?.play(), undefined);
  }

  async pause(): Promise<void> {
    await this.page.evaluate(() => window.harness.player?.pause(), undefined);
  }

  async seek(seconds: number): Promise<void> {
    await this.page.evaluate(to => window.harness.player?.seek(to), seconds);
  }

  async state(): Promise<PlayerState> {
    const state = await this.page.evaluate(() => window.harness.player?.state, undefined);
    if (!state) throw new Error('No player was made.');
    return state;
  }

  async reaches(status: PlayerState['status'], timeoutMs = 30_000): Promise<void> {
    await this.#until(async () => (await this.state()).status === status, timeoutMs, status);
  }

  /** Waits until playback has got to a position. */
  async playsTo(seconds: number, timeoutMs = 60_000): Promise<void> {
    await this.playsBetween(seconds, Infinity, timeoutMs);
  }

  /** Waits until playback is after one position and before another. */
  async playsBetween(after: number, before: number, timeoutMs = 60_000): Promise<void> {
    const there = async (): Promise<boolean> => {
      const state = await this.state();
      const seconds = 'positionSeconds' in state ? (state.positionSeconds ?? 0) : 0;
      return seconds >= after && seconds < before;
    };
    await this.#until(there, timeoutMs, `a position from ${after} to ${before}`);
  }

  /** Waits until sound comes out. */
  async hears(timeoutMs = 30_000): Promise<void> {
    const sounds = async (): Promise<boolean> => (await this.#level(0.3)) > 0.005;
    await this.#until(sounds, timeoutMs, 'sound');
  }

  /** Waits until nothing comes out. @returns milliseconds it took */
  async hearsNothing(timeoutMs = 30_000): Promise<number> {
    const since = performance.now();
    await this.#until(async () => (await this.#level(0.1)) === 0, timeoutMs, 'silence');
    return performance.now() - since;
  }

  /** Forgets what was heard so far. @returns the media position, in seconds, from which on is heard */
  async startsListening(): Promise<number> {
    return this.page.evaluate(() => {
      window.harness.sound.clear();
      const state = window.harness.player?.state;
      return state && 'positionSeconds' in state ? (state.positionSeconds ?? 0) : 0;
    }, undefined);
  }

  /** Compares what was heard with those seconds of the decrypted package, both sides. */
  async compare(mp4Base64: string, from: number, to: number): Promise<[Comparison, Comparison]> {
    const what = { mp4Base64, from, to };
    return this.page.evaluate(w => window.harness.compare(w.mp4Base64, w.from, w.to), what);
  }

  async violations(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.violations, undefined);
  }

  #level(seconds: number): Promise<number> {
    return this.page.evaluate(s => window.harness.sound.level(s), seconds);
  }

  async #until(condition: () => Promise<boolean>, timeoutMs: number, what: string): Promise<void> {
    await until(
      condition,
      timeoutMs,
      async () => `${what}; the state is ${JSON.stringify(await this.state())}`,
    );
  }
}
