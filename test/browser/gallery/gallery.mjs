// Draws every state of the element into test/var/gallery, to be looked at.
// node test/browser/gallery/gallery.mjs [state …] [--widths=320,760] [--themes=light] [--dirs=ltr] [--langs=en] [--layout=review] [--touch]
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { chromiumFlags, findChromium } from '../../setup/chromium.mjs';

const target = new URL('../../var/gallery/', import.meta.url);
const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    widths: { type: 'string', default: '320,390,760,1040' },
    themes: { type: 'string', default: 'light,dark' },
    dirs: { type: 'string', default: 'ltr,rtl' },
    langs: { type: 'string', default: 'en,sv' },
    layout: { type: 'string' },
    touch: { type: 'boolean', default: false },
  },
});
const list = name => values[name].split(',');

await mkdir(target, { recursive: true });
const server = await createServer({
  root: new URL('.', import.meta.url).pathname,
  configFile: false,
  logLevel: 'warn',
  cacheDir: new URL('../../../node_modules/.vite/gallery', import.meta.url).pathname,
  resolve: { conditions: ['@secure-call/source'] },
  server: { port: 0, fs: { allow: [new URL('../../..', import.meta.url).pathname] }, hmr: false },
});
await server.listen();
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
try {
  for (const theme of list('themes')) await drawTheme(theme);
} finally {
  await browser.close();
  await server.close();
}

async function drawTheme(theme) {
  const isForced = theme === 'forced';
  const context = await browser.newContext({
    colorScheme: isForced ? 'dark' : theme,
    forcedColors: isForced ? 'active' : 'none',
    reducedMotion: 'reduce',
    hasTouch: values.touch,
    isMobile: values.touch,
  });
  const page = await context.newPage();
  await page.goto(server.resolvedUrls.local[0]);
  await page.waitForFunction(() => window.show !== undefined);
  const states = wanted.length > 0 ? wanted : await page.evaluate(() => window.stateNames);
  for (const width of list('widths').map(Number)) {
    for (const dir of list('dirs'))
      for (const lang of list('langs'))
        for (const state of states) await draw(page, { theme, width, dir, lang, state });
  }
  await context.close();
}

async function draw(page, { theme, width, dir, lang, state }) {
  await page.setViewportSize({ width: width + 32, height: 900 });
  await page.evaluate(picture => window.show(picture), { state, lang, dir, layout: values.layout });
  const path = new URL(`${state}-${lang}-${theme}-${dir}-${width}.png`, target).pathname;
  await page.locator('#stage').screenshot({ path, animations: 'disabled' });
}
