import { languageOf } from '../attributes.ts';
import { themeProperties } from '../styles/theme.ts';
import type { FrameSettings, SlotText } from './frame-messages.ts';

type Surroundings = Omit<FrameSettings, 'call' | 'choice' | 'grantEndpoint' | 'policy' | 'messages' | 'actions'>;

/** What the frame takes over of the place where the element stands. */
export function surroundingsOf(element: HTMLElement): Surroundings {
  const style = getComputedStyle(element);
  return {
    attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
    lang: languageOf(element),
    dir: style.direction,
    colorScheme: style.colorScheme,
    rootFontSize: getComputedStyle(document.documentElement).fontSize,
    theme: Object.fromEntries(themeProperties().map(name => [name, style.getPropertyValue(name).trim()])),
    texts: slotTexts(element),
  };
}

/** Slots do not cross; their text does, a list of details by its entries. */
function slotTexts(element: HTMLElement): SlotText[] {
  const parts = element.querySelectorAll<HTMLElement>(':scope > [slot]:not(dl), :scope > dl > *');
  return [...parts].map(part => [
    part.slot || (part.parentElement?.slot ?? ''),
    part.localName,
    part.textContent,
  ]);
}

/** Calls back when what the frame takes over may have changed. @returns a function that ends it */
export function watchSurroundings(element: HTMLElement, onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(element, { attributes: true, childList: true, characterData: true, subtree: true });
  // Style sheets tell nobody when they change; classes and attributes further up, and the system's theme, do.
  for (let above = aboveOf(element); above !== undefined; above = aboveOf(above))
    observer.observe(above, { attributes: true });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', onChange);
  };
}

function aboveOf(element: Element): Element | undefined {
  const root = element.getRootNode();
  return element.parentElement ?? (root instanceof ShadowRoot ? root.host : undefined);
}
