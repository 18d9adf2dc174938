import axe from 'axe-core';
import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright';
import { installSoundMeter } from './sound-meter.ts';

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
    path = '/listen',
    /** What the page is not ready without; the player by default. */
    landmark?: string,
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
    await installSoundMeter(visitor.page);
    await visitor.page.goto(appUrl + path);
    await (
      landmark === undefined ? visitor.player.getByRole('button').first() : visitor.page.locator(landmark)
    ).waitFor();
    return visitor;
  }

  /** What is inside the player's frame. */
  get player(): FrameLocator {
    return this.page.frameLocator('secure-call-player iframe');
  }

  async openCall(): Promise<void> {
    await this.player.getByRole('button', { name: 'Listen to the call' }).click();
    await this.player.getByRole('radio', { name: 'Follow-up of care' }).check();
    await this.player.getByRole('button', { name: 'Open and listen' }).click();
  }

  /** Goes to another page by the navigation. */
  async goTo(name: string): Promise<void> {
    await this.page.locator('.top nav').getByRole('link', { name, exact: true }).click();
  }

  /** Whether something is wider than the page. */
  overflows(): Promise<boolean> {
    return this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth > clientWidth;
    });
  }

  async reaches(status: string): Promise<void> {
    await this.page.locator(`secure-call-player:state(${status})`).waitFor();
  }

  /** The call that the player is given, by its title. */
  playerCall(title: string): ReturnType<Page['locator']> {
    return this.player.getByText(title);
  }

  /** Lines of the access record that begin so. */
  lines(beginning: string): ReturnType<Page['locator']> {
    return this.page.locator('.line').filter({ hasText: new RegExp(`\\d\\d${beginning}`) });
  }

  /** Text of what has the focus, on the page or in the player's frame. */
  async focusedText(): Promise<string> {
    const texts = this.page.frames().map(frame =>
      frame.evaluate(() => {
        let focused = document.hasFocus() ? document.activeElement : null;
        while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
        return focused === document.body || focused?.localName === 'iframe'
          ? ''
          : (focused?.textContent ?? '');
      }),
    );
    return (await Promise.all(texts)).join('');
  }

  /** What axe objects to, on the page and in the player's frame. */
  async violations(): Promise<string[]> {
    for (const frame of this.page.frames()) {
      await frame.evaluate(axe.source);
      // Frames answer axe in the page above, which is of another origin.
      await frame.evaluate(() => {
        const { configure } = Reflect.get(globalThis, 'axe') as { configure: (spec: object) => void };
        configure({ allowedOrigins: ['<unsafe_all_origins>'] });
      });
    }
    const { violations } = await this.page.evaluate(() => {
      const { run } = Reflect.get(globalThis, 'axe') as {
        run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
      return run();
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`);
  }
}
