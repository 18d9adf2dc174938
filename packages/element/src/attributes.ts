/** The attribute's number of seconds, or the default when it is missing, negative or no number. */
export function readSeconds(element: Element, name: string, defaultSeconds: number): number {
  return readNumber(element, name, defaultSeconds, seconds => seconds >= 0);
}

/** Whether speech stays clear at that speed. */
export const isRate = (rate: number): boolean => rate >= 0.5 && rate <= 3;

/** The attribute's speed between 0.5 and 3, at which speech stays clear. */
export function readRate(element: Element, name: string): number | undefined {
  const rate = readNumber(element, name, Number.NaN, isRate);
  return Number.isNaN(rate) ? undefined : rate;
}

/** The attribute's value where it is one of those allowed, otherwise the first of them. */
export function readChoice<Choice extends string>(
  element: Element,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = element.getAttribute(name);
  return choices.find(choice => choice === value) ?? choices[0];
}

/** The language the element stands in, across shadow roots, as HTML resolves it. */
export function languageOf(element: Element): string {
  let from: Element | undefined = element;
  while (from !== undefined) {
    const tag = from.closest('[lang]')?.getAttribute('lang');
    if (tag !== undefined && tag !== null) return tag;
    const root: Node = from.getRootNode();
    from = root instanceof ShadowRoot ? root.host : undefined;
  }
  return '';
}

function readNumber(
  element: Element,
  name: string,
  fallback: number,
  isAllowed: (value: number) => boolean,
): number {
  const text = element.getAttribute(name)?.trim() ?? '';
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && isAllowed(value) ? value : fallback;
}
