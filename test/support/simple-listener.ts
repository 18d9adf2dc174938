import type { PlayerState } from '@secure-call/player';
import type { Browser, Page } from 'playwright';
import type { SimplePageSource } from '../e2e/page/simple-page.ts';
import { openPage } from './browser.ts';
import type { SimpleHost } from './simple-host.ts';

/** A person at the page of a host without a key service, with ears. */
export class SimpleListener {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async at(browser: Browser, host: SimpleHost): Promise<SimpleListener> {
    return new SimpleListener(await openPage(browser, host.origin.url));
  }

  /** @returns the refusal, or undefined */
  open(source: SimplePageSource): Promise<{ code: string; message: string } | undefined> {
    return this.page.evaluate(s => window.openSimple(s), source);
  }

  async play(): Promise<void> {
    await this.page.evaluate(() => window.harness.player?.play());
  }

  status(): Promise<PlayerState['status'] | undefined> {
    return this.page.evaluate(() => window.harness.player?.state.status);
  }

  async reaches(status: PlayerState['status'], timeout = 30_000): Promise<void> {
    await this.page.waitForFunction(s => window.harness.player?.state.status === s, status, { timeout });
  }

  async playsTo(seconds: number, timeout = 40_000): Promise<void> {
    const there = (to: number): boolean => {
      const state = window.harness.player?.state;
      return state !== undefined && 'positionSeconds' in state && (state.positionSeconds ?? 0) >= to;
    };
    await this.page.waitForFunction(there, seconds, { timeout, polling: 20 });
  }

  async hears(timeout = 30_000): Promise<void> {
    const loud = (): boolean => window.harness.sound.level(0.3) > 0.005;
    await this.page.waitForFunction(loud, undefined, { timeout, polling: 50 });
  }

  async hearsNothing(timeout = 30_000): Promise<void> {
    const silent = (): boolean => window.harness.sound.level(0.1) === 0;
    await this.page.waitForFunction(silent, undefined, { timeout, polling: 20 });
  }

  violations(): Promise<readonly string[]> {
    return this.page.evaluate(() => window.violations);
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}
