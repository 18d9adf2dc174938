import { element } from './dom.ts';

/** Long enough for a browser that asks where to put it. */
const KEPT_MS = 60_000;

/** Has the browser download something from the page's memory. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
