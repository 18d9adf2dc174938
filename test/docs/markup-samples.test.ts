import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameHeaders } from '../../examples/clinic/server/frame-headers.ts';
import manifest from '../../packages/element/custom-elements.json' with { type: 'json' };
import { launchBrowser } from '../support/browser.ts';
import { blocksIn, nameOf, root } from './code-blocks.ts';
import { codeIn } from './played-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

type Kind = 'attributes' | 'slots' | 'cssParts' | 'cssProperties' | 'cssStates';

/** What the element has of a kind, by its manifest. */
const names = (kind: Kind): string[] =>
  manifest.modules
    .flatMap(({ declarations }) => declarations)
    .flatMap(declared =>
      kind in declared ? ((declared as unknown as Record<Kind, { name: string }[]>)[kind] ?? []) : [],
    )
    .map(({ name }) => name);

describe('HTML in the documents', () => {
  test.for(blocksIn('html').map(block => [nameOf(block), block.code] as const))(
    '%s has only what the element and its frame know',
    async ([, code]) => {
      const page = await browser.newPage();
      await page.setContent(code);
      const used = await page.evaluate(() => {
        const tags = [...document.querySelectorAll('secure-call-player')];
        return {
          attributes: tags.flatMap(tag => tag.getAttributeNames()).filter(name => name !== 'id'),
          slots: tags.flatMap(tag => [...tag.querySelectorAll('[slot]')].map(({ slot }) => slot)),
          metas: [...document.querySelectorAll('meta')].map(({ name }) => name),
          unknown: [...document.querySelectorAll('*')]
            .filter(node => node instanceof HTMLUnknownElement)
            .map(({ localName }) => localName),
        };
      });
      await page.close();
      expect(names('attributes')).toEqual(expect.arrayContaining(used.attributes));
      expect(names('slots')).toEqual(expect.arrayContaining(used.slots));
      expect(used.unknown).toEqual([]);
      const frame = await readFile(`${root}packages/element/src/frame/frame.html`, 'utf8');
      for (const name of used.metas.filter(Boolean)) expect(frame).toContain(`name="${name}"`);
    },
  );
});

describe('CSS in the documents', () => {
  test.for(blocksIn('css').map(block => [nameOf(block), block.code] as const))(
    '%s is understood whole, and names only parts, states and properties that there are',
    async ([, code]) => {
      const page = await browser.newPage();
      const rules = await page.evaluate(text => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        return [...sheet.cssRules].map(rule => (rule as CSSStyleRule).style.length);
      }, code);
      await page.close();
      const declarations = [...code.matchAll(/\{([^}]*)\}/g)].map(
        ([, body = '']) => body.split(';').filter(line => line.trim() !== '').length,
      );
      // `border-width` counts as four.
      expect(rules.map(count => count > 0)).toEqual(declarations.map(count => count > 0));
      const found = (pattern: RegExp): string[] => [...code.matchAll(pattern)].map(([, name = '']) => name);
      expect(names('cssParts')).toEqual(expect.arrayContaining(found(/::part\(([\w-]+)\)/g)));
      expect(names('cssStates')).toEqual(expect.arrayContaining(found(/:state\(([\w-]+)\)/g)));
      expect(names('cssProperties')).toEqual(expect.arrayContaining(found(/(--scp-[\w-]+):/g)));
    },
  );
});

test('the headers of docs/isolation.md are those under which the example site keeps its frame', () => {
  const [told = ''] = codeIn('docs/isolation.md', 'text');
  const urls = { serviceUrl: 'https://keys.region.example', storageUrl: 'https://storage.region.example' };
  const sent = frameHeaders('https://ehr.region.example', urls);
  const flat = told.replaceAll(/;\n\s+/g, '; ');
  const headers = Object.fromEntries(
    flat
      .trim()
      .split('\n')
      .map(line => {
        const [name = '', ...value] = line.split(': ');
        return [name.toLowerCase(), value.join(': ')];
      }),
  );
  expect(sent).toMatchObject(headers);
});
