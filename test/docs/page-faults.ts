import axe from 'axe-core';
import type { Browser, Page } from 'playwright';
import { Visitor } from '../support/visitor.ts';

/** Pages are looked at in so many tabs at a time. */
const TABS = 3;

type Scheme = 'light' | 'dark';

/** What axe finds on each page, and what the browser complains about: errors, warnings, refusals by policy. */
export async function faultsOf(
  browser: Browser,
  url: string,
  paths: readonly string[],
  scheme: Scheme = 'light',
): Promise<string[]> {
  const waiting = [...paths];
  const look = async (): Promise<string[]> => {
    const visitor = await Visitor.open(browser, url, { colorScheme: scheme }, 'index.html', 'main');
    const faults: string[] = [];
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      await visitor.page.goto(url + path);
      await visitor.page.locator('header button:visible').waitFor();
      faults.push(...(await violations(visitor.page, scheme)).map(fault => `${path}: ${fault}`));
    }
    await visitor.page.context().close();
    return [...faults, ...visitor.complaints];
  };
  return (await Promise.all(Array.from({ length: TABS }, look))).flat();
}

/** All rules in the light, of which only contrast can differ in the dark. */
async function violations(page: Page, scheme: Scheme): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    async rules => {
      const { run } = Reflect.get(globalThis, 'axe') as typeof axe;
      const runOnly = rules === undefined ? {} : { runOnly: rules };
      return (await run({ resultTypes: ['violations'], preload: false, ...runOnly })).violations;
    },
    scheme === 'dark' ? ['color-contrast'] : undefined,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`);
}
