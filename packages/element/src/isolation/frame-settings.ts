import { languageOf } from '../attributes.ts';
import type { HostActions } from '../host-actions.ts';
import type { SecureCallPlayerElement } from '../secure-call-player-element.ts';
import { themeProperties } from './theme-properties.ts';
import type { FrameSettings, SlotText } from './frame-messages.ts';
import type { Isolation } from './isolation.ts';

/** What the frame takes over of the element and of the place where it stands. */
export function settingsOf(
  element: SecureCallPlayerElement,
  { call, grantEndpoint }: Isolation,
  choice: number,
): FrameSettings {
  const { policy, messages, actions } = element;
  const style = getComputedStyle(element);
  return {
    call,
    choice,
    grantEndpoint: new URL(grantEndpoint, location.href).href,
    attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
    lang: languageOf(element),
    dir: style.direction,
    colorScheme: style.colorScheme,
    rootFontSize: getComputedStyle(document.documentElement).fontSize,
    theme: Object.fromEntries(themeProperties().map(name => [name, style.getPropertyValue(name).trim()])),
    texts: slotTexts(element),
    policy,
    messages,
    actions: Object.keys(actions).filter(name => actions[name as keyof HostActions]),
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

/** Calls back when any of it may have changed, until `signal` is aborted. */
export function watchSettings(element: Element, onChange: () => void, signal: AbortSignal): void {
  const observer = new MutationObserver(onChange);
  observer.observe(element, { attributes: true, childList: true, characterData: true, subtree: true });
  // Style sheets tell nobody when they change; classes and attributes further up, and the system's theme, do.
  let above: Element | null | undefined = element;
  while ((above = above.parentElement ?? (above.getRootNode() as Partial<ShadowRoot>).host))
    observer.observe(above, { attributes: true });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange, { signal });
  signal.addEventListener('abort', () => observer.disconnect());
}
