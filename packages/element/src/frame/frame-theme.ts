import type { FrameSettings } from '../isolation/frame-messages.ts';
import { themeProperties } from '../isolation/theme-properties.ts';

/** Loads something, or reads something else of the page: no such value comes in. */
const reaching = /url|image|src|var\(|env\(|attr\(|[;{}\\@]/i;

/** All are colours but these. */
const others: Readonly<Record<string, string>> = {
  '--scp-radius': 'border-radius',
  '--scp-font': 'font-family',
};

/** Gives the frame's page the host's looks, as far as they are colours, lengths and fonts. */
export function applyTheme(page: HTMLElement, settings: FrameSettings): void {
  const { theme, colorScheme, rootFontSize } = settings;
  for (const name of themeProperties()) set(page, name, others[name] ?? 'color', theme[name]);
  set(page, 'color-scheme', 'color-scheme', colorScheme);
  set(page, 'font-size', 'font-size', rootFontSize);
}

function set(page: HTMLElement, property: string, like: string, value: unknown): void {
  const isFit = typeof value === 'string' && value.length <= 200 && !reaching.test(value);
  page.style.setProperty(property, isFit && CSS.supports(like, value) ? value : '');
}
