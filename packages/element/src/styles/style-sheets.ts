import { call } from './call.ts';
import { cards } from './cards.ts';
import { controls } from './controls.ts';
import { theme } from './theme.ts';

let sheets: readonly CSSStyleSheet[] | undefined;

/** The sheets every element on the page shares: a strict CSP allows them where it refuses `style` elements. */
export function styleSheets(): readonly CSSStyleSheet[] {
  sheets ??= [theme, controls, cards, call].map(text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  return sheets;
}
