import { type Browser, type BrowserContext, launch, type Page } from 'puppeteer-core';
import type { Engine, EnginePage } from './engine-page.ts';

class FirefoxPage implements EnginePage {
  readonly #context: BrowserContext;
  readonly #page: Page;

  constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  async evaluate<A, R>(inPage: (argument: A) => R, argument: A): Promise<Awaited<R>> {
    // Puppeteer's types allow for handles of objects in the page; none are passed here.
    const plain = inPage as (argument: unknown) => R;
    return this.#page.evaluate(plain, argument);
  }

  async evaluateInFrame<A, R>(inPage: (argument: A) => R, argument: A): Promise<Awaited<R>> {
    const frame = this.#page.frames()[1];
    if (frame === undefined) throw new Error('The page has no frame.');
    const plain = inPage as (argument: unknown) => R;
    return frame.evaluate(plain, argument);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

class Firefox implements Engine {
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  async openPage(): Promise<EnginePage> {
    const context = await this.#browser.createBrowserContext();
    return new FirefoxPage(context, await context.newPage());
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Starts Firefox without a window, driven by WebDriver BiDi. Its rules for starting sound are left as they are. */
export async function launchFirefox(executablePath: string, pulseServer: string): Promise<Engine> {
  const env = { ...process.env, PULSE_SERVER: pulseServer };
  return new Firefox(await launch({ browser: 'firefox', executablePath, headless: true, env }));
}
