import { fileURLToPath } from 'node:url';
import type { Browser, FrameLocator, Page } from 'playwright';
import { launchBrowser } from './browser.ts';
import { Deployment, type DeploymentOptions } from './deployment.ts';
import { createHostPage, FrameSite, type FrameSiteOptions } from './frame-site.ts';
import { bundlePage } from './page-handler.ts';

/** A deployment whose host page has the element, and beside it the origin of its frame. */
export class IsolationStage {
  readonly deployment: Deployment;
  readonly site: FrameSite;
  readonly browser: Browser;

  private constructor(deployment: Deployment, site: FrameSite, browser: Browser) {
    this.deployment = deployment;
    this.site = site;
    this.browser = browser;
  }

  static async open(options: DeploymentOptions & FrameSiteOptions): Promise<IsolationStage> {
    await bundlePage(fileURLToPath(new URL('../e2e/page/element-page.ts', import.meta.url)), 'element-page');
    const deployment = await Deployment.create(options);
    deployment.page.serve(createHostPage(deployment, { givesGrants: false }));
    return new IsolationStage(deployment, await FrameSite.listen(deployment, options), await launchBrowser());
  }

  get call(): string {
    return this.deployment.packages[0]?.callId ?? '';
  }

  /** The host page in a browser of its own, after a sign-in that went through the frame's origin. */
  async visit(prepare: (page: Page) => Promise<unknown> = () => Promise.resolve()): Promise<Page> {
    const page = await (await this.browser.newContext()).newPage();
    await prepare(page);
    await page.goto(`${this.site.url}/sign-in`);
    await page.waitForFunction(() => 'host' in window);
    return page;
  }

  /** The same with the isolated player in it, ready for a click. */
  async visitIsolated(prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
    const page = await this.visit(prepare);
    await page.evaluate(isolation => window.host.isolated(isolation), {
      ...this.site.isolation,
      call: this.call,
    });
    await inFrame(page).getByRole('button', { name: 'Listen to the call' }).waitFor();
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.site.close();
    await this.deployment.close();
  }
}

/** What a person meets inside the frame. */
export const inFrame = (page: Page): FrameLocator => page.frameLocator('secure-call-player iframe');

/** A person answers why and listens. */
export async function listen(player: Pick<FrameLocator, 'getByRole'>): Promise<void> {
  await player.getByRole('button', { name: 'Listen to the call' }).click();
  await player.getByRole('radio', { name: 'Follow-up of care' }).check();
  await player.getByRole('button', { name: 'Open and listen' }).click();
}

/** Waits until the call has been heard up to there. */
export async function playsTo(page: Page, seconds: number): Promise<void> {
  await page.waitForFunction(to => (window.host.element?.currentTime ?? 0) >= to, seconds);
}
