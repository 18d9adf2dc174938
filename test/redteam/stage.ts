import type { Browser } from 'playwright';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, type DeploymentOptions } from '../support/deployment.ts';
import { Officer } from '../support/officer.ts';
import { buildPage } from '../support/page-handler.ts';

/** What an attack needs: everything deployed, a browser, and someone to read the record. */
export interface Stage {
  readonly deployment: Deployment;
  readonly officer: Officer;
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openStage(options: DeploymentOptions): Promise<Stage> {
  await buildPage();
  const deployment = await Deployment.create(options);
  const browser = await launchBrowser();
  return {
    deployment,
    browser,
    officer: new Officer(deployment),
    close: async () => {
      await browser.close();
      await deployment.close();
    },
  };
}
