import type { PlayerState } from '@secure-call/player';
import type { Browser, Page } from 'playwright';
import type { PageCall } from '../e2e/page/headless-page.ts';
import { openPage } from './browser.ts';
import type { Deployment } from './deployment.ts';

/** A person at the test page, with ears. */
export class Listener {
  readonly page: Page;
  readonly #deployment: Deployment;

  private constructor(page: Page, deployment: Deployment) {
    this.page = page;
    this.#deployment = deployment;
  }

  static async at(browser: Browser, deployment: Deployment): Promise<Listener> {
    return new Listener(await openPage(browser, deployment.page.url), deployment);
  }

  /** The same person in another page of the same browser profile. */
  async another(): Promise<Listener> {
    const page = await this.page.context().newPage();
    const listener = new Listener(page, this.#deployment);
    await listener.load();
    return listener;
  }

  /** Loads the page, anew where it was loaded already. */
  async load(): Promise<void> {
    await this.page.goto(this.#deployment.page.url);
    await this.page.waitForFunction(() => 'harness' in window);
  }

  /** Ends the page's process, as when it runs out of memory. */
  async crash(): Promise<void> {
    const crashed = this.page.waitForEvent('crash');
    const devtools = await this.page.context().newCDPSession(this.page);
    void devtools.send('Page.crash').catch(() => undefined);
    await crashed;
  }

  /** Makes a player and opens nothing. */
  async make(): Promise<void> {
    await this.page.evaluate(call => void window.harness.make(call), this.#callAt(0));
  }

  /** @returns the code of the refusal, or undefined */
  async open(place = 0): Promise<string | undefined> {
    return this.openCall(this.#callAt(place));
  }

  #callAt(place: number): PageCall {
    return {
      call: this.#deployment.packages[place]?.callId ?? '',
      service: this.#deployment.service.url,
    };
  }

  async openCall(call: PageCall): Promise<string | undefined> {
    const refusal = await this.page.evaluate(c => window.harness.open(c), call);
    return refusal?.code;
  }

  async play(): Promise<void> {
    await this.page.evaluate(() => window.harness.player?.play());
  }

  async seek(seconds: number): Promise<void> {
    await this.page.evaluate(to => window.harness.player?.seek(to), seconds);
  }

  async state(): Promise<PlayerState> {
    const state = await this.page.evaluate(() => window.harness.player?.state);
    if (!state) throw new Error('No player was made.');
    return state;
  }

  /** Waits for a status. */
  async reaches(status: PlayerState['status'], timeout = 30_000): Promise<void> {
    await this.page.waitForFunction(s => window.harness.player?.state.status === s, status, {
      timeout,
      polling: 20,
    });
  }

  /** Waits until playback has got to a position. */
  async playsTo(seconds: number, timeout = 30_000): Promise<void> {
    const there = (to: number): boolean => {
      const state = window.harness.player?.state;
      return state !== undefined && 'positionSeconds' in state && (state.positionSeconds ?? 0) >= to;
    };
    await this.page.waitForFunction(there, seconds, { timeout, polling: 20 });
  }

  /** Waits until sound comes out. */
  async hears(timeout = 30_000): Promise<void> {
    await this.page.waitForFunction(() => window.harness.sound.level(0.3) > 0.005, undefined, {
      timeout,
      polling: 50,
    });
  }

  /** Waits until nothing comes out. @returns milliseconds it took */
  async hearsNothing(timeout = 30_000): Promise<number> {
    const since = Date.now();
    await this.page.waitForFunction(() => window.harness.sound.level(0.1) === 0, undefined, {
      timeout,
      polling: 20,
    });
    return Date.now() - since;
  }

  async violations(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.violations);
  }
}
