/** Every face of the element in every theme, direction and layout has no accessibility violation that axe can find. */
import axe, { type RunOptions } from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { showPicture, stateNames, type Picture } from '../gallery/pictures.ts';
import { emulateFeatures } from './emulation.ts';

/** Layouts, and the widths that bring about those that no attribute asks for. */
const layouts: Readonly<Record<string, { readonly width: number; readonly layout?: Picture['layout'] }>> = {
  'the narrowest compact layout': { width: 240 },
  'the compact layout': { width: 320 },
  'the compact layout in a wide place': { width: 900, layout: 'compact' },
  'the layout of telephones': { width: 390 },
  'the standard layout': { width: 800, layout: 'standard' },
  'the layout for reviews': { width: 1200, layout: 'review' },
};
const directions = [
  ['left to right', { lang: 'en', dir: 'ltr' }],
  ['right to left', { lang: 'ar', dir: 'rtl' }],
] as const;

const options: RunOptions = {
  runOnly: {
    type: 'tag',
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  },
  resultTypes: ['violations'],
  preload: false,
};
type Rules = NonNullable<RunOptions['rules']>;
const off = { enabled: false };
/** An element has no page of its own to be the main region or the first heading of. */
const notOfElements: Rules = { region: off, 'page-has-heading-one': off };
/** Many players on one page are many regions of one name. */
const notOfMany: Rules = { ...notOfElements, 'landmark-unique': off };
/** Where colours are forced, axe compares those of the style sheet, which nobody sees. */
const notOfForcedColours: Rules = { 'color-contrast': off };
/** They lie over everything else on their page. */
const alone = ['sound', 'help'];

type Theme = 'light' | 'dark' | 'forced colours';
const themes: readonly Theme[] = ['light', 'dark', 'forced colours'];

afterEach(() => {
  document.body.replaceChildren();
  for (const name of ['lang', 'dir']) document.documentElement.removeAttribute(name);
  document.body.removeAttribute('style');
});

describe.each(stateNames)('%s by itself', state => {
  it('has no accessibility violation', async () => {
    await setPage('light', 1200);
    const element = await showPicture(document.body, { state, ...directions[0][1] });
    expect(await violations(element, notOfElements)).toEqual([]);
  });
});

describe.each(Object.keys(layouts))('%s, all faces side by side', name => {
  it.each(directions)('%s, in every theme', async (_, reading) => {
    const { width = 0, layout } = layouts[name] ?? {};
    await setPage('light', width);
    for (const state of stateNames.filter(state => !alone.includes(state)))
      await showPicture(place(), { state, ...reading, layout }, 0);
    await inEveryTheme(width);
    for (const state of alone) {
      await showPicture(document.body, { state, ...reading, layout });
      await inEveryTheme(width);
    }
  });
});

async function inEveryTheme(width: number): Promise<void> {
  for (const theme of themes) {
    await setPage(theme, width);
    const rules = { ...notOfMany, ...(theme === 'forced colours' && notOfForcedColours) };
    expect(await violations(document.body, rules), theme).toEqual([]);
  }
}

function place(): Element {
  const place = document.createElement('div');
  document.body.append(place);
  return place;
}

async function setPage(theme: Theme, width: number): Promise<void> {
  await page.viewport(width, 900);
  const isForced = theme === 'forced colours';
  document.body.style.cssText = `margin: 0; color-scheme: ${isForced ? 'dark' : theme}; background: ${theme === 'light' ? '#f4f5f6' : '#0e1318'}`;
  // Without motion no colour is on its way to another.
  await emulateFeatures({
    'prefers-reduced-motion': 'reduce',
    'forced-colors': isForced ? 'active' : 'none',
  });
  expect(matchMedia('(forced-colors: active)').matches).toBe(isForced);
}

/** One line for each violation, so that a failure says what and where. */
async function violations(element: Element, rules: Rules): Promise<string[]> {
  const { violations } = await axe.run(element, { ...options, rules });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}
