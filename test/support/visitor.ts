import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright';

/** A visitor of the example site, with everything the browser complains about. */
export class Visitor {
  readonly page: Page;
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', error => this.complaints.push(String(error)));
  }

  static async open(
    browser: Browser,
    appUrl: string,
    options: BrowserContextOptions = {},
    path = '/',
    /** What the page is not ready without. */
    landmark = 'secure-call-player',
  ): Promise<Visitor> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const visitor = new Visitor(await context.newPage());
    await visitor.page.exposeFunction('reportViolation', (what: string) => visitor.complaints.push(what));
    await visitor.page.addInitScript(() => {
      addEventListener('securitypolicyviolation', event => {
        const report = Reflect.get(globalThis, 'reportViolation') as (what: string) => void;
        report(`${event.effectiveDirective}: ${event.blockedURI}`);
      });
    });
    await visitor.page.goto(appUrl + path);
    await visitor.page.locator(landmark).waitFor();
    return visitor;
  }

  async openCall(): Promise<void> {
    await this.page.getByRole('button', { name: 'Listen to the call' }).click();
    await this.page.getByRole('radio', { name: 'Follow-up of care' }).check();
    await this.page.getByRole('button', { name: 'Open and listen' }).click();
  }

  async reaches(status: string): Promise<void> {
    await this.page.locator(`secure-call-player:state(${status})`).waitFor();
  }

  /** The call that the player is given, by its title. */
  playerCall(title: string): ReturnType<Page['locator']> {
    return this.page.locator('secure-call-player').getByText(title);
  }

  /** Lines of the access record that begin so. */
  lines(beginning: string): ReturnType<Page['locator']> {
    return this.page.locator('.line').filter({ hasText: new RegExp(`\\d\\d${beginning}`) });
  }

  async violations(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate(() => {
      const { run } = Reflect.get(globalThis, 'axe') as {
        run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
      return run();
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`);
  }
}
